import { ImageFault } from '#formats/disk/image-fault';

export const broken = (what: string): ImageFault => new ImageFault('malformed', `the zstd data is broken: ${what}`);

/** Bits that are read from the first byte on, lowest bit first (RFC 8878, 4.1.1). What is beyond the end reads as zero. */
export class ForwardBits {
  readonly #bytes: Uint8Array;
  #bit: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#bit = start * 8;
  }

  /** Gives the next bits, at most 16, without taking them. */
  peek(count: number): number {
    const at = this.#bit >>> 3;
    const bytes = this.#bytes;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (word >>> (this.#bit & 7)) & ((1 << count) - 1);
  }

  skip(count: number): void {
    this.#bit += count;
    if (this.#bit > this.#bytes.length * 8) throw broken('it ends within a table');
  }

  /** First byte after those that were begun. */
  get nextByte(): number {
    return (this.#bit + 7) >>> 3;
  }
}

/** Bits that are read from the last byte back (RFC 8878, 4.1): the highest bit that is set ends them. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #first: number;
  /** Bits that are left; below zero: more were read than there are, as zeroes. */
  left: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = bytes[end - 1] ?? 0;
    if (end <= start || end > bytes.length || last === 0) throw broken('a stream of bits has no end');
    this.#bytes = bytes;
    this.#first = start;
    this.left = (end - start) * 8 - 1 - Math.clz32(last << 24);
  }

  /** Takes bits, at most 24. */
  read(count: number): number {
    this.left -= count;
    return this.#at(this.left, count);
  }

  /** Gives the next bits without taking them. */
  peek(count: number): number {
    return this.#at(this.left - count, count);
  }

  #at(bit: number, count: number): number {
    if (bit < 0) return bit + count <= 0 ? 0 : (this.#at(0, bit + count) << -bit) & ((1 << count) - 1);
    const at = this.#first + (bit >>> 3);
    const bytes = this.#bytes;
    const word =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    return (word >>> (bit & 7)) & ((1 << count) - 1);
  }
}
