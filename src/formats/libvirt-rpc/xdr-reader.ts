import { isUtf8 } from 'node:buffer';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';

/** What Node decodes bytes to that are not UTF-8. */
const replacement = '\ufffd';

/**
 * Reads XDR (RFC 4506) from bytes in memory: big-endian, everything padded to a multiple of four bytes. Every length is checked against
 * its own bound and against the bytes that are left before anything is allocated. Throws XdrError.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  #at: number;

  /** Takes the bytes (read in place, not copied) and where to begin. */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  /** Offset of the next byte to be read. */
  get offset(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Moves past `count` bytes and their padding; gives where they began. */
  #take(count: number, what: string, valueAt = this.#at): number {
    const at = this.#at;
    const padded = count + ((4 - (count % 4)) % 4);
    if (padded > this.left)
      throw new XdrError('truncated', valueAt, `${what} of ${count} bytes, but ${this.left} are left,`);
    this.#at = at + padded;
    return at;
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4, 'a number'));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4, 'a number'));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8, 'a number'));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8, 'a number'));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8, 'a number'));
  }

  /** Reads the flag before an optional value, which XDR allows to be 0 or 1 only. */
  present(): boolean {
    const at = this.#at;
    const flag = this.uint32();
    if (flag > 1) throw new XdrError('bad-value', at, `${flag} where 0 or 1 must say whether a value follows`);
    return flag === 1;
  }

  /** Reads how many elements follow. Each takes at least `least` bytes, so a count that the bytes left cannot hold is refused at once. */
  count(most: number, least: number): number {
    const at = this.#at;
    const count = this.uint32();
    if (count > most) throw new XdrError('too-long', at, `a list of ${count}, where at most ${most} are allowed,`);
    if (count * least > this.left)
      throw new XdrError('truncated', at, `a list of ${count}, but only ${this.left} bytes are left,`);
    return count;
  }

  /** Reads a fixed number of bytes; the result shares memory with the bytes handed in. */
  fixedBytes(count: number): Uint8Array {
    const at = this.#take(count, 'data');
    return this.#bytes.subarray(at, at + count);
  }

  /** Reads bytes with their length before them; the result shares memory with the bytes handed in. */
  bytes(most: number): Uint8Array {
    const { from, to } = this.#span(most);
    return this.#bytes.subarray(from, to);
  }

  /** Reads a string that must be UTF-8. */
  text(most: number): string {
    const at = this.#at;
    const { from, to } = this.#span(most);
    const text = this.#bytes.toString('utf8', from, to);
    // what was not UTF-8 has left its mark, which a text may also hold of its own
    if (text.includes(replacement) && !isUtf8(this.#bytes.subarray(from, to)))
      throw new XdrError('bad-text', at, 'a string that is not UTF-8');
    return text;
  }

  /** Reads a string of unknown encoding (a file name, a message in the daemon's locale): what is not UTF-8 becomes U+FFFD. */
  looseText(most: number): string {
    const { from, to } = this.#span(most);
    return this.#bytes.toString('utf8', from, to);
  }

  /** Reads a length, and moves past as many bytes; gives where they stand. */
  #span(most: number): { readonly from: number; readonly to: number } {
    const at = this.#at;
    const count = this.uint32();
    if (count > most) throw new XdrError('too-long', at, `data of ${count} bytes, where at most ${most} are allowed,`);
    const from = this.#take(count, 'data', at);
    return { from, to: from + count };
  }

  /** Throws where bytes are left over: the value was not what it was taken for. */
  end(): void {
    if (this.left > 0) throw new XdrError('trailing-bytes', this.#at, `${this.left} bytes too many`);
  }
}
