import { paddedWords, readPadded } from '#formats/disk/qcow2/check/padded-bytes';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** What is done with recorded counts: those of `count` clusters from `first` on. */
export interface CountVisitor {
  readonly counts: (first: number, counts: ArrayLike<number>, count: number) => void;
  /** Clusters whose counts have no block: all zero. */
  readonly none: (first: number, count: number) => void;
  /** Clusters whose counts cannot be read. */
  readonly unreadable: (first: number, count: number) => void;
}

/** Read at once: not more, for a file is hostile; not less, for each reading costs. */
const pieceBytes = 64 * 1024;
const pow32 = 0x1_0000_0000;
/** QEMU reads nothing beyond. */
const mostOffset = 2 ** 63 - 2 ** 31;

/** How often clusters are used, as the image itself records it: a table of blocks of counts. */
export class RecordedCounts {
  /** Words of the table, upper halves first. */
  readonly table: Int32Array;
  /** Counts in a block. */
  readonly perBlock: number;
  readonly #image: Qcow2File;
  readonly #piece = Buffer.from(new ArrayBuffer(pieceBytes));
  readonly #slices = new Map<number, ArrayLike<number>>();

  constructor(image: Qcow2File) {
    const { header, file } = image;
    this.#image = image;
    this.table = paddedWords(file, header.refcountTableOffset, header.refcountTableClusters * header.clusterSize);
    this.perBlock = (header.clusterSize * 8) / header.refcountBits;
  }

  get blocks(): number {
    return this.table.length / 2;
  }

  /** Gives the byte at which a block stands; 0: there is none. */
  blockOffset(index: number): number {
    return ((this.table[index * 2] ?? 0) >>> 0) * pow32 + (((this.table[index * 2 + 1] ?? 0) & 0xffff_fe00) >>> 0);
  }

  /** Does a block start where a cluster does? Above 2⁵³ its place is not exact, but its lower half is. */
  isAligned(index: number): boolean {
    return ((this.table[index * 2 + 1] ?? 0) & 0xffff_fe00 & (this.#image.header.clusterSize - 1)) === 0;
  }

  #isReadable(index: number): boolean {
    return this.isAligned(index) && this.blockOffset(index) < mostOffset;
  }

  /** Goes through the counts of all clusters from `first`, a multiple of 2²⁰, up to `end`. */
  visit(first: number, end: number, visitor: CountVisitor): void {
    for (let at = first; at < end; ) {
      const index = Math.floor(at / this.perBlock);
      if (index >= this.blocks) {
        visitor.none(at, end - at);
        return;
      }
      const blockEnd = Math.min(end, (index + 1) * this.perBlock);
      const offset = this.blockOffset(index);
      if (offset === 0) visitor.none(at, blockEnd - at);
      else if (!this.#isReadable(index)) visitor.unreadable(at, blockEnd - at);
      else this.#visitBlock(offset, index * this.perBlock, at, blockEnd, visitor);
      at = blockEnd;
    }
  }

  /** Gives the count of one cluster, wherever it would be; undefined: it cannot be read. */
  of(cluster: number): number | undefined {
    const index = Math.floor(cluster / this.perBlock);
    if (index >= this.blocks) return 0;
    const offset = this.blockOffset(index);
    if (offset === 0) return 0;
    if (!this.#isReadable(index)) return undefined;
    const bits = this.#image.header.refcountBits;
    const within = cluster - index * this.perBlock;
    // a little around it is kept
    const sliceBytes = 512;
    const perSlice = (sliceBytes * 8) / bits;
    const slice = Math.floor(within / perSlice);
    const at = offset + slice * sliceBytes;
    let counts = this.#slices.get(at);
    if (counts === undefined) {
      const bytes = Buffer.from(new ArrayBuffer(sliceBytes));
      readPadded(this.#image.file, bytes, at);
      counts = countsIn(bytes, bits);
      if (this.#slices.size >= 4096) this.#slices.clear();
      this.#slices.set(at, counts);
    }
    return counts[within - slice * perSlice] ?? 0;
  }

  #visitBlock(offset: number, blockFirst: number, first: number, end: number, visitor: CountVisitor): void {
    const { header, file } = this.#image;
    const perPiece = (Math.min(pieceBytes, header.clusterSize) * 8) / header.refcountBits;
    for (let at = first; at < end; ) {
      // all are powers of two: it starts where a piece starts
      const pieceEnd = Math.min(end, at + perPiece);
      // of the last piece only what is asked for
      const length = Math.ceil(((pieceEnd - at) * header.refcountBits) / 64) * 8;
      const bytes = this.#piece.subarray(0, length);
      readPadded(file, bytes, offset + ((at - blockFirst) * header.refcountBits) / 8);
      const counts = countsIn(bytes, header.refcountBits);
      visitor.counts(at, counts, pieceEnd - at);
      at = pieceEnd;
    }
  }
}

/** Gives bytes as counts of a width in bits; they may be turned round in their place. */
export function countsIn(bytes: Buffer, bits: number): ArrayLike<number> {
  if (bits === 8) return bytes;
  if (bits === 16) {
    bytes.swap16();
    return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  }
  if (bits === 32) {
    bytes.swap32();
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  if (bits === 64) {
    const counts = new Float64Array(bytes.length / 8);
    for (let at = 0; at < counts.length; at++)
      counts[at] = bytes.readUInt32BE(at * 8) * pow32 + bytes.readUInt32BE(at * 8 + 4);
    return counts;
  }
  // several in a byte, the lowest bits first
  const inByte = 8 / bits;
  const counts = new Uint8Array(bytes.length * inByte);
  const mask = 2 ** bits - 1;
  for (let at = 0; at < counts.length; at++)
    counts[at] = ((bytes[Math.floor(at / inByte)] ?? 0) >>> ((at % inByte) * bits)) & mask;
  return counts;
}
