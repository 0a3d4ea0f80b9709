import { checkLength, lengthSize } from '#formats/libvirt-rpc/message';

/**
 * Cuts a stream of bytes into messages. Takes chunks as they come, of any size, and keeps what is not yet whole: at most one message, whose
 * length is checked before room is made for it.
 */
export class FrameSplitter {
  /** Where an unfinished message is gathered: first its length word alone, then the whole of it. */
  #partial = Buffer.alloc(lengthSize);
  #held = 0;

  /** How many bytes of an unfinished message are held. */
  get unfinished(): number {
    return this.#held;
  }

  /**
   * Takes the next bytes; gives the messages that are whole now, length word included, one at a time. Take them all before the next push.
   * Throws XdrError for a length that no message has; the stream cannot be followed any further then.
   */
  *push(chunk: Uint8Array): Generator<Buffer> {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0) {
      if (this.#held === 0 && rest.length >= lengthSize) {
        const size = checkLength(rest.readUInt32BE(0));
        if (rest.length >= size) {
          yield rest.subarray(0, size);
          rest = rest.subarray(size);
          continue;
        }
      }
      const taken = rest.copy(this.#partial, this.#held);
      this.#held += taken;
      rest = rest.subarray(taken);
      if (this.#held < this.#partial.length) return;
      if (this.#held === lengthSize) {
        const whole = Buffer.allocUnsafeSlow(checkLength(this.#partial.readUInt32BE(0)));
        this.#partial.copy(whole);
        this.#partial = whole;
        continue;
      }
      const whole = this.#partial;
      this.#partial = Buffer.alloc(lengthSize);
      this.#held = 0;
      yield whole;
    }
  }
}
