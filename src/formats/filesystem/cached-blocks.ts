import type { Buffer } from 'node:buffer';
import { bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** Bytes of metadata that are kept at a time. */
const room = 8 * 1024 * 1024;

/** Reads pieces of metadata of one size and keeps the last ones that were asked for. */
export class CachedBlocks {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #kept = new Map<number, Buffer>();

  /** Takes the file system's bytes and the size of a piece. */
  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.size = size;
  }

  /** Gives the piece that begins at byte `at`; nobody writes to it. Throws ImageFault where the file system ends before. */
  at(at: number, what: string): Buffer {
    const known = this.#kept.get(at);
    if (known !== undefined) {
      // to the end of the order: what is used stays
      this.#kept.delete(at);
      this.#kept.set(at, known);
      return known;
    }
    const block = bytesAt(this.#source, at, this.size, what);
    this.#kept.set(at, block);
    if (this.#kept.size * this.size > room) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return block;
  }
}
