import type { MessageHeader } from '#formats/libvirt-rpc/message';
import { remoteProgram } from '#formats/libvirt-rpc/procedure';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import type { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import type { EventKind } from '#libvirt/event-kinds';
import { ProtocolError } from '#libvirt/protocol-error';

/** Brings each event to the listener that asked for it. */
export class EventRouter {
  /** Reads an event and hands it to its listener; by number of the message and of the subscription. */
  readonly #deliveries = new Map<string, (from: XdrReader) => void>();

  /** From now on events of this kind that are sent to the subscription `callback` go to the listener. Gives what ends that. */
  add<T>(kind: EventKind<T>, callback: number, listener: (event: T) => void): () => void {
    const key = `${kind.procedure}:${callback}`;
    this.#deliveries.set(key, from => {
      const event = kind.read(from);
      try {
        listener(event);
      } catch (error) {
        // the listener's own fault is to be loud, but not to end the connection
        queueMicrotask(() => {
          throw error;
        });
      }
    });
    return () => this.#deliveries.delete(key);
  }

  /** Delivers one event; one that nobody waits for (any more) is left alone. Throws ProtocolError where it cannot be understood. */
  deliver(header: MessageHeader, payload: XdrReader): void {
    if (header.program !== remoteProgram) return;
    try {
      this.#deliveries.get(`${header.procedure}:${payload.int32()}`)?.(payload);
    } catch (error) {
      if (!(error instanceof XdrError)) throw error;
      throw new ProtocolError('malformed-event', `event ${header.procedure} cannot be understood: ${error.message}`, {
        offset: error.offset,
        cause: error,
      });
    }
  }
}
