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

/**
 * The calls that wait for their answers, by serial. Only so many are at the daemon at once, those included that were given up and are not
 * answered yet; the others wait here for their turn.
 */
export class PendingCalls {
  readonly #waiting = new Map<number, PendingCall>();
  /** Messages that are not sent yet, in order. */
  readonly #queued = new Map<number, Buffer>();
  /** Serials of calls that are at the daemon. */
  readonly #sent = new Set<number>();
  readonly #most: number;
  readonly #send: (message: Buffer) => void;
  #serial = 0;

  /** Takes how many calls may be at the daemon at once, and what sends a message to it. */
  constructor(most: number, send: (message: Buffer) => void) {
    this.#most = most;
    this.#send = send;
  }

  /** Gives a serial that no call has that could still be answered. */
  nextSerial(): number {
    do this.#serial = this.#serial === 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#waiting.has(this.#serial) || this.#sent.has(this.#serial));
    return this.#serial;
  }

  /** Sends a call when its turn comes, or `now`. */
  add(serial: number, call: PendingCall, message: Buffer, turn: 'in turn' | 'now' = 'in turn'): void {
    this.#waiting.set(serial, call);
    if (turn === 'in turn') {
      this.#queued.set(serial, message);
      this.#sendNext();
    } else {
      this.#sent.add(serial);
      this.#send(message);
    }
  }

  #sendNext(): void {
    for (const [serial, message] of this.#queued) {
      if (this.#sent.size >= this.#most) return;
      this.#queued.delete(serial);
      this.#sent.add(serial);
      this.#send(message);
    }
  }

  /** Rejects a call that is not worth waiting for any more, if it still waits; one that was not sent will not be. */
  giveUp(serial: number, reasonFor: (wasSent: boolean) => unknown): void {
    const call = this.#waiting.get(serial);
    if (call === undefined) return;
    this.#waiting.delete(serial);
    this.#queued.delete(serial);
    call.release();
    call.reject(reasonFor(this.#sent.has(serial)));
  }

  /** Rejects all calls. */
  giveUpAll(reason: unknown): void {
    for (const serial of [...this.#waiting.keys()]) this.giveUp(serial, () => reason);
  }

  /**
   * Brings an answer to its call. An answer that is malformed in itself rejects that call alone; throws ProtocolError where it belongs to
   * no call, since nothing that follows can be trusted then.
   */
  answer(header: MessageHeader, payload: XdrReader): void {
    if (!this.#sent.delete(header.serial)) {
      const saw = `an answer came with serial ${header.serial}, which no waiting call has`;
      throw new ProtocolError('unknown-serial', saw, { offset: 20 });
    }
    const call = this.#waiting.get(header.serial);
    if (call !== undefined) this.#settle(call, header, payload);
    this.#sendNext();
  }

  #settle(call: PendingCall, header: MessageHeader, payload: XdrReader): void {
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
