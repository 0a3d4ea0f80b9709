import { type MessageHeader, messageStatuses, readPayload } from '#formats/libvirt-rpc/message';
import { remoteError } from '#formats/libvirt-rpc/remote-error';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import type { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { LibvirtError } from '#libvirt/libvirt-error';
import { ProtocolError } from '#libvirt/protocol-error';

/** A call that waits for its answer. */
export interface PendingCall {
  readonly procedure: { readonly name: string; readonly program: number; readonly number: number };
  /** Takes the answer. Throws XdrError where it is malformed. */
  readonly resolve: (payload: XdrReader) => void;
  readonly reject: (reason: unknown) => void;
  /** Releases timers and listeners; called once, before one of the others. */
  readonly release: () => void;
}

/** The calls that wait for their answers, by serial. */
export class PendingCalls {
  readonly #waiting = new Map<number, PendingCall>();
  /** Serials of calls that were given up: their answers may still come and are dropped. */
  readonly #abandoned = new Set<number>();
  #serial = 0;

  /** Gives a serial that no call has that could still be answered. */
  nextSerial(): number {
    do this.#serial = this.#serial === 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#waiting.has(this.#serial) || this.#abandoned.has(this.#serial));
    return this.#serial;
  }

  add(serial: number, call: PendingCall): void {
    this.#waiting.set(serial, call);
  }

  /** Rejects a call that is not worth waiting for any more, if it still waits. */
  giveUp(serial: number, reason: unknown): void {
    const call = this.#waiting.get(serial);
    if (call === undefined) return;
    this.#waiting.delete(serial);
    this.#abandoned.add(serial);
    call.release();
    call.reject(reason);
  }

  giveUpAll(reason: unknown): void {
    for (const serial of [...this.#waiting.keys()]) this.giveUp(serial, reason);
  }

  /**
   * Brings an answer to its call. An answer that is malformed in itself rejects that call alone; throws ProtocolError where it belongs to
   * no call, since nothing that follows can be trusted then.
   */
  answer(header: MessageHeader, payload: XdrReader): void {
    if (this.#abandoned.delete(header.serial)) return;
    const call = this.#waiting.get(header.serial);
    if (call === undefined) {
      const saw = `an answer came with serial ${header.serial}, which no waiting call has`;
      throw new ProtocolError('unknown-serial', saw, { offset: 20 });
    }
    const { name, program, number } = call.procedure;
    if (header.program !== program || header.procedure !== number) {
      const saw = `${name} (${program}/${number}) was answered as ${header.program}/${header.procedure}`;
      throw new ProtocolError('wrong-procedure', saw, { offset: 4 });
    }
    this.#waiting.delete(header.serial);
    call.release();
    try {
      if (header.status === messageStatuses.ok) call.resolve(payload);
      else if (header.status === messageStatuses.error) {
        call.reject(new LibvirtError(name, readPayload(payload, remoteError)));
      } else throw new XdrError('bad-value', 24, `status ${header.status}`);
    } catch (error) {
      call.reject(malformedAnswer(name, error));
    }
  }
}

function malformedAnswer(name: string, error: unknown): ProtocolError {
  const [saw, offset] = error instanceof XdrError ? [error.message, error.offset] : [String(error), undefined];
  return new ProtocolError('malformed-answer', `the answer to ${name} cannot be understood: ${saw}`, {
    offset,
    cause: error,
  });
}
