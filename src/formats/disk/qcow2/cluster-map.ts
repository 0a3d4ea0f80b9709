import { ImageFault } from '#formats/disk/image-fault';
import type { Extent } from '#formats/disk/image-format';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { subclusterRun } from '#formats/disk/qcow2/subcluster-run';
import { bytesAt } from '#formats/disk/read-bytes';

/** Words of 32 bits, the upper half of an entry first. */
export type Words = Uint32Array;

/** What an entry of an L2 table says of a cluster. */
export type ClusterKind = 'data' | 'compressed' | 'zero' | 'zero-allocated' | 'unallocated';

/** Bits of the upper half of an entry. */
export const copiedFlag = 0x8000_0000;
export const compressedFlag = 0x4000_0000;
/** Bits 32 to 55 of an offset. */
export const offsetHigh = 0x00ff_ffff;
/** Bits 9 to 31 of an offset. */
export const offsetLow = 0xffff_fe00;

/** Gives a piece of a file as words of 32 bits, big end first in the file. */
export function wordsAt(image: Qcow2File, at: number, length: number, what: string): Words {
  const bytes = bytesAt(image.file, at, length, what);
  return wordsOf(bytes);
}

/** Gives bytes as words; they are turned round in their place. */
export function wordsOf(bytes: Buffer): Words {
  const own = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(bytes);
  own.swap32();
  return new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
}

const pow32 = 0x1_0000_0000;

/** Gives the byte of the file that an entry names: bits 9 to 55. */
export const offsetOf = (high: number, low: number): number => (high & offsetHigh) * pow32 + ((low & offsetLow) >>> 0);

/** Gives what an entry means, in an image with or without subclusters and data file. */
export function clusterKind(high: number, low: number, { entryBytes, hasDataFile }: Qcow2File): ClusterKind {
  if ((high & compressedFlag) !== 0) return 'compressed';
  const isPlaced = (high & offsetHigh) !== 0 || (low & offsetLow) !== 0;
  if (entryBytes === 8 && (low & 1) !== 0) return isPlaced ? 'zero-allocated' : 'zero';
  // in a data file, byte 0 is a place like any other
  if (isPlaced || (hasDataFile && (high & copiedFlag) !== 0)) return 'data';
  return 'unallocated';
}

/** The way from bytes of the guest's disk to bytes of the file. The last table is kept: who asks goes on from there mostly. */
export class ClusterMap {
  readonly #image: Qcow2File;
  #l1: Words | undefined;
  #table: { readonly index: number; readonly at: number; readonly words: Words } | undefined;

  constructor(image: Qcow2File) {
    this.#image = image;
  }

  /** Gives what stands at a byte of the guest's disk, as far as one table tells. Throws ImageFault. */
  extentAt(at: number): Extent {
    const { header, l2Entries } = this.#image;
    const { clusterSize, virtualSize } = header;
    if (!(at >= 0 && at < virtualSize))
      throw new ImageFault('cut-short', `the guest's disk ends at ${virtualSize}, before ${at}`);
    // without it there is nothing to be said
    if (this.#image.hasDataFile) this.#image.data();
    const tableSpan = clusterSize * l2Entries;
    const table = this.#tableOf(Math.floor(at / tableSpan));
    if (table === undefined) return this.#emptyTables(at, tableSpan);
    const end = Math.min((Math.floor(at / tableSpan) + 1) * tableSpan, virtualSize);
    const index = Math.floor(at / clusterSize) % l2Entries;
    return this.#image.entryBytes === 16
      ? this.#subclusters(at, table, index, end)
      : this.#clusters(at, table, index, end);
  }

  /** Gives the two halves of the entry of the cluster that holds a byte of the guest's disk. */
  entryAt(at: number): { readonly high: number; readonly low: number } {
    const { header, l2Entries, entryBytes } = this.#image;
    const cluster = Math.floor(at / header.clusterSize);
    const words = this.#tableOf(Math.floor(cluster / l2Entries))?.words;
    const word = (cluster % l2Entries) * (entryBytes / 4);
    return { high: words?.[word] ?? 0, low: words?.[word + 1] ?? 0 };
  }

  #clusters(at: number, table: { at: number; words: Words }, first: number, end: number): Extent {
    const { clusterSize } = this.#image.header;
    const { words } = table;
    const high = words[first * 2] ?? 0;
    const low = words[first * 2 + 1] ?? 0;
    const kind = clusterKind(high, low, this.#image);
    const within = at % clusterSize;
    const last = first + Math.ceil((end - at + within) / clusterSize);
    let index = first + 1;
    if (kind === 'compressed') {
      while (index < last && ((words[index * 2] ?? 0) & compressedFlag) !== 0) index++;
    } else if (kind === 'data' || kind === 'zero-allocated') {
      // the same but for the place: the next cluster of the file
      const flags = low & 1;
      let expected = offsetOf(high, low);
      for (; index < last; index++) {
        expected += clusterSize;
        const [nextHigh, nextLow] = [words[index * 2] ?? 0, words[index * 2 + 1] ?? 0];
        if (offsetOf(nextHigh, nextLow) !== expected || (nextLow & 1) !== flags || (nextHigh & compressedFlag) !== 0)
          break;
      }
    } else {
      while (index < last && clusterKind(words[index * 2] ?? 0, words[index * 2 + 1] ?? 0, this.#image) === kind)
        index++;
    }
    const length = Math.min(end - at, (index - first) * clusterSize - within);
    return this.#extent(kind, at, length, offsetOf(high, low) + within, table.at + first * 8);
  }

  #subclusters(at: number, table: { at: number; words: Words }, first: number, end: number): Extent {
    const { clusterSize } = this.#image.header;
    const { words } = table;
    const [high, low] = [words[first * 4] ?? 0, words[first * 4 + 1] ?? 0];
    const within = at % clusterSize;
    const kind = clusterKind(high, low, this.#image);
    const entryAt = table.at + first * 16;
    if (kind === 'compressed') {
      let index = first + 1;
      while (
        index < first + Math.ceil((end - at + within) / clusterSize) &&
        ((words[index * 4] ?? 0) & compressedFlag) !== 0
      )
        index++;
      return this.#extent(kind, at, Math.min(end - at, (index - first) * clusterSize - within), 0, entryAt);
    }
    const subcluster = clusterSize / 32;
    const from = Math.floor(within / subcluster);
    const run = subclusterRun(words[first * 4 + 2] ?? 0, words[first * 4 + 3] ?? 0, from, kind === 'data');
    if (run === undefined)
      throw new ImageFault('malformed', 'the subclusters of a cluster contradict each other', entryAt);
    let length = (from + run.count) * subcluster - within;
    let expected = offsetOf(high, low);
    // whole clusters of the same kind, one after the other
    for (let index = first + 1; from + run.count === 32 && length < end - at; index++) {
      const [nextHigh, nextLow] = [words[index * 4] ?? 0, words[index * 4 + 1] ?? 0];
      expected += clusterSize;
      const isPlaced = clusterKind(nextHigh, nextLow, this.#image) === 'data';
      if ((nextHigh & compressedFlag) !== 0 || isPlaced !== (kind === 'data')) break;
      if (isPlaced && offsetOf(nextHigh, nextLow) !== expected) break;
      const next = subclusterRun(words[index * 4 + 2] ?? 0, words[index * 4 + 3] ?? 0, 0, isPlaced);
      if (next?.kind !== run.kind) break;
      length += next.count * subcluster;
      if (next.count < 32) break;
    }
    const offset = offsetOf(high, low) + within;
    length = Math.min(length, end - at);
    if (kind === 'data' && run.kind !== 'data') {
      this.#sound(offset, at, entryAt);
      const place = this.#image.header.encryption === 'none' ? { offset } : {};
      return { kind: run.kind, start: at, length, ...place };
    }
    return run.kind === 'data'
      ? this.#extent('data', at, length, offset, entryAt)
      : { kind: run.kind, start: at, length };
  }

  #extent(kind: ClusterKind, at: number, length: number, offset: number, entryAt: number): Extent {
    const { header, hasDataFile } = this.#image;
    if (kind === 'unallocated') return { kind, start: at, length };
    if (kind === 'compressed') {
      if (hasDataFile)
        throw new ImageFault(
          'malformed',
          'a cluster is compressed, in an image whose data is in another file',
          entryAt,
        );
      return { kind: 'data', start: at, length, offset: undefined, isCompressed: true };
    }
    if (kind !== 'data' && header.version === 2)
      throw new ImageFault('malformed', 'a cluster is marked as zeroes, which version 2 does not know', entryAt);
    const isEncrypted = header.encryption !== 'none';
    if (kind === 'zero') return { kind, start: at, length };
    this.#sound(offset, at, entryAt);
    if (kind === 'zero-allocated') return { kind: 'zero', start: at, length, ...(isEncrypted ? {} : { offset }) };
    const file = hasDataFile ? { file: this.#image.data() } : {};
    return isEncrypted
      ? { kind: 'data', start: at, length, offset: undefined, isEncrypted, ...file }
      : { kind: 'data', start: at, length, offset, ...file };
  }

  /** Sees that a cluster may stand at a place. */
  #sound(offset: number, at: number, entryAt: number): void {
    const { header, hasDataFile } = this.#image;
    if ((offset - at) % header.clusterSize !== 0)
      throw new ImageFault(
        'malformed',
        `a cluster is said to stand at ${offset - (at % header.clusterSize)}: not the start of one`,
        entryAt,
      );
    if (hasDataFile && offset !== at)
      throw new ImageFault(
        'malformed',
        `a cluster is said to stand at ${offset} of the data file, not at its own place`,
        entryAt,
      );
  }

  /** Gives the extent over all tables that are not there. */
  #emptyTables(at: number, tableSpan: number): Extent {
    const { virtualSize } = this.#image.header;
    const l1 = this.#l1Table();
    let index = Math.floor(at / tableSpan) + 1;
    while (index * tableSpan < virtualSize && offsetOf(l1[index * 2] ?? 0, l1[index * 2 + 1] ?? 0) === 0) index++;
    return { kind: 'unallocated', start: at, length: Math.min(index * tableSpan, virtualSize) - at };
  }

  #tableOf(index: number): { readonly at: number; readonly words: Words } | undefined {
    if (this.#table?.index === index) return this.#table;
    const l1 = this.#l1Table();
    const at = offsetOf(l1[index * 2] ?? 0, l1[index * 2 + 1] ?? 0);
    if (at === 0) return undefined;
    const { header, l2Entries, entryBytes } = this.#image;
    if (at % header.clusterSize !== 0)
      throw new ImageFault(
        'malformed',
        `an L2 table is said to stand at ${at}: not the start of a cluster`,
        header.l1Offset + index * 8,
      );
    this.#table = { index, at, words: wordsAt(this.#image, at, l2Entries * entryBytes, 'an L2 table') };
    return this.#table;
  }

  #l1Table(): Words {
    const { l1Offset, l1Entries } = this.#image.header;
    this.#l1 ??= wordsAt(this.#image, l1Offset, l1Entries * 8, 'the L1 table');
    return this.#l1;
  }
}
