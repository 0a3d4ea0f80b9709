import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { littleEndian64 } from '#formats/disk/read-bytes';

/** A stretch of logical addresses and where it stands on this device. */
interface Chunk {
  readonly start: number;
  readonly length: number;
  /** Byte of the device; undefined: not on this one, or spread over several. */
  readonly at: number | undefined;
}

/** More chunks than these has no file system of a guest. */
const mostChunks = 1_000_000;
/** RAID0, RAID10, RAID5, RAID6 spread a chunk; single ones, DUP and RAID1 have all of it in one place. */
const spread = 0x8 | 0x40 | 0x80 | 0x100;

/** Finds where logical addresses stand (linux: struct btrfs_chunk, struct btrfs_stripe). */
export class ChunkMap {
  readonly #device: number;
  readonly #chunks: Chunk[] = [];
  #isSorted = true;

  constructor(device: number) {
    this.#device = device;
  }

  /** Takes the chunk that begins at a logical address; gives the bytes that its item takes. Throws ImageFault for one that cannot be. */
  add(start: number, item: Buffer): number {
    const stripes = item.length < 48 ? 0 : item.readUInt16LE(44);
    const end = 48 + 32 * stripes;
    if (stripes === 0 || end > item.length || this.#chunks.length >= mostChunks)
      throw new ImageFault('malformed', `the chunk at address ${start} cannot be`);
    const isSpread = (item.readUInt32LE(24) & spread) !== 0 && stripes > 1;
    let at: number | undefined;
    for (let place = 48; place < end; place += 32)
      if (at === undefined && littleEndian64(item, place) === this.#device) at = littleEndian64(item, place + 8);
    if (isSpread) at = undefined;
    this.#chunks.push({ start, length: littleEndian64(item, 0), at });
    this.#isSorted = false;
    return end;
  }

  /** Gives the byte of the device at which a logical address stands, and how many follow. Throws ImageFault where it stands nowhere here. */
  find(address: number): { readonly at: number; readonly length: number } {
    if (!this.#isSorted) this.#chunks.sort((a, b) => a.start - b.start);
    this.#isSorted = true;
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.start ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const chunk = this.#chunks[low - 1];
    const skip = address - (chunk?.start ?? 0);
    if (chunk === undefined || skip >= chunk.length)
      throw new ImageFault('malformed', `no chunk holds address ${address}`);
    if (chunk.at === undefined)
      throw new ImageFault('unsupported', `address ${address} is on another device of this file system`);
    return { at: chunk.at + skip, length: chunk.length - skip };
  }
}
