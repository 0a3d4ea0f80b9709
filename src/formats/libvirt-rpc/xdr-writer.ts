import { XdrError } from '#formats/libvirt-rpc/xdr-error';

/** Writes XDR (RFC 4506) into memory that grows as needed, up to a bound. Throws XdrError for what does not fit. */
export class XdrWriter {
  #bytes: Buffer;
  #at = 0;
  readonly #most: number;

  /** Takes how many bytes may be written at most. */
  constructor(most: number) {
    this.#most = most;
    this.#bytes = Buffer.allocUnsafe(Math.min(256, most));
  }

  /** Makes room for `count` bytes and their padding, writes zeros into the padding; gives where the bytes go. May move `#bytes`: call it first. */
  #room(count: number): number {
    const at = this.#at;
    const padding = (4 - (count % 4)) % 4;
    const end = at + count + padding;
    if (end > this.#most) throw new XdrError('too-long', at, `a message of more than ${this.#most} bytes`);
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#most, Math.max(end, this.#bytes.length * 2)));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.#bytes.fill(0, end - padding, end);
    this.#at = end;
    return at;
  }

  int32(value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff)
      throw new XdrError('out-of-range', this.#at, `${value} as a signed 32-bit number`);
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
      throw new XdrError('out-of-range', this.#at, `${value} as an unsigned 32-bit number`);
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  int64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value)
      throw new XdrError('out-of-range', this.#at, `${value} as a signed 64-bit number`);
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  uint64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value)
      throw new XdrError('out-of-range', this.#at, `${value} as an unsigned 64-bit number`);
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }

  double(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  /** Writes exactly `count` bytes, without their length. */
  fixedBytes(value: Uint8Array, count: number): void {
    if (value.length !== count)
      throw new XdrError('out-of-range', this.#at, `${value.length} bytes where ${count} belong`);
    const at = this.#room(count);
    this.#bytes.set(value, at);
  }

  /** Writes the length and the bytes. */
  bytes(value: Uint8Array, most: number): void {
    if (value.length > most)
      throw new XdrError('too-long', this.#at, `data of ${value.length} bytes, where at most ${most} are allowed,`);
    this.uint32(value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** Writes the length and the text as UTF-8. */
  text(value: string, most: number): void {
    const length = Buffer.byteLength(value);
    if (length > most)
      throw new XdrError('too-long', this.#at, `a text of ${length} bytes, where at most ${most} are allowed,`);
    this.uint32(length);
    const at = this.#room(length);
    this.#bytes.write(value, at, 'utf8');
  }

  /** Overwrites four bytes that were written before. */
  patchUint32(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  /** Gives what was written, sharing the writer's memory: write no more after it. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}
