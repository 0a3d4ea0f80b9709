import type { Damage } from '#formats/disk/image-check';
import type { DamageList } from '#formats/disk/qcow2/check/damage-list';
import { guestRanges } from '#formats/disk/qcow2/check/guest-ranges';
import type { References, Referrer } from '#formats/disk/qcow2/check/references';
import type { SingleUse } from '#formats/disk/qcow2/check/single-use';
import type { NamedTable } from '#formats/disk/qcow2/check/table-batches';
import { clusterKind, offsetHigh, offsetOf } from '#formats/disk/qcow2/cluster-map';
import { compressedPlace } from '#formats/disk/qcow2/decompress-cluster';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** Clusters of the guest's disk as it is now. */
export interface Tally {
  allocated: number;
  /** Not right after the one before. */
  fragmented: number;
  compressed: number;
}

/** Bits of the upper and lower half of a plain entry that are to be zero. */
const reservedHigh = 0x3f00_0000;
const reservedLow = 0x1fe;
const copied = -0x8000_0000;

/** The examination of L2 tables: what their entries refer to is counted, what is wrong with them is told. */
export class TableScan implements Referrer {
  readonly tally: Tally = { allocated: 0, fragmented: 0, compressed: 0 };
  readonly #image: Qcow2File;
  readonly #references: References;
  readonly #single: SingleUse;
  readonly #damages: DamageList;
  #table: NamedTable = { offset: 0, times: 0, activeTimes: 0, index: 0 };
  #index = 0;
  #hasMarks = false;

  constructor(image: Qcow2File, references: References, single: SingleUse, damages: DamageList) {
    this.#image = image;
    this.#references = references;
    this.#single = single;
    this.#damages = damages;
  }

  /** Examines a table. Plain entries, nearly all, are done here; whatever is in any way special is left to `#special`. */
  scan(words: Int32Array, table: NamedTable): void {
    this.#table = table;
    const { header, entryBytes, hasDataFile } = this.#image;
    const { times, activeTimes } = table;
    // marks of single use: not in what is taken for a table and is the header, nor where the table's own count cannot be read
    const isCounted = this.#single.of(Math.floor(table.offset / this.#image.header.clusterSize)) !== undefined;
    const hasMarks = activeTimes > 0 && table.offset !== 0 && isCounted;
    this.#hasMarks = hasMarks;
    const { low: counted, first, limit } = this.#references.counts;
    const { bits, isReadable } = this.#single;
    const step = entryBytes / 4;
    const shift = header.clusterBits;
    const within = header.clusterSize - 1;
    const upper = 2 ** (32 - shift);
    const end = hasDataFile || !isReadable ? 0 : this.#single.clusters;
    const most = limit - times;
    let next = 0;
    let allocated = 0;
    let fragmented = 0;
    for (let word = 0; word < words.length; word += step) {
      const high = words[word] ?? 0;
      const low = words[word + 1] ?? 0;
      const both = step === 2 ? 0 : (words[word + 2] ?? 0) & (words[word + 3] ?? 0);
      if ((high | low) === 0 && (step === 2 || ((words[word + 2] ?? 0) | (words[word + 3] ?? 0)) === 0)) continue;
      const flags = high & ~offsetHigh;
      if ((flags === copied || flags === 0) && (low & within) === 0 && both === 0) {
        const cluster = (high & offsetHigh) * upper + (low >>> shift);
        if (cluster > 0 && cluster < end) {
          const slot = cluster - first;
          // undefined: not counted this time
          const count = counted[slot] ?? 0;
          const isSingle = ((bits[cluster >>> 3] ?? 0) >>> (cluster & 7)) & 1;
          if (count <= most && (!hasMarks || (isSingle === 1) === (flags !== 0))) {
            if (slot >= 0 && slot < counted.length) counted[slot] = count + times;
            allocated++;
            if (next !== 0 && cluster !== next) fragmented++;
            next = cluster + 1;
            continue;
          }
        }
      }
      this.#index = word / step;
      next = this.#special(high, low, words[word + 2] ?? 0, words[word + 3] ?? 0, next);
    }
    this.tally.allocated += allocated * activeTimes;
    this.tally.fragmented += fragmented * activeTimes;
  }

  /** What the references of an entry are told by. */
  readonly what = 'a cluster of data';
  get at(): number {
    return this.#table.offset + this.#index * this.#image.entryBytes;
  }
  guest = (): Damage['guest'] => guestRanges(this.#image, this.#table, this.#index, 1);

  /** Examines an entry; gives where in the file, in clusters, the next would go on. */
  #special(high: number, low: number, third: number, fourth: number, next: number): number {
    const { times, activeTimes } = this.#table;
    const hasSubclusters = this.#image.entryBytes === 16;
    const [zeroes, allocated] = hasSubclusters ? [third, fourth] : [0, 0];
    const kind = clusterKind(high, low, this.#image);
    if (kind === 'compressed') {
      this.#compressed(high, low, (zeroes | allocated) !== 0);
      return next;
    }
    if ((high & reservedHigh) !== 0 || (low & reservedLow) !== 0)
      this.#corrupt('reserved-bits', 'an entry of an L2 table has bits set that are reserved', times);
    if (kind === 'zero') return next;
    if (kind === 'unallocated') {
      if (allocated !== 0) this.#corrupt('compressed', 'a cluster without a place has subclusters with data', times);
      return next;
    }
    const { clusterSize } = this.#image.header;
    const offset = offsetOf(high, low);
    const place = offset / clusterSize;
    if (this.#hasMarks) {
      const isSingle = this.#image.hasDataFile ? true : this.#single.of(Math.floor(place));
      if (isSingle !== undefined && isSingle !== high < 0) {
        const says = isSingle
          ? 'a cluster that is used once lacks the mark that says so'
          : 'a cluster is marked as used once, and is not';
        this.#corrupt('copied-flag', says, activeTimes);
      }
    }
    if ((zeroes & allocated) !== 0)
      this.#corrupt('reserved-bits', 'a subcluster is said to have data and to be zeroes', times);
    if (offset % clusterSize !== 0)
      this.#corrupt('misaligned', `a cluster is said to stand at ${offset}: not the start of one`, times);
    this.tally.allocated += activeTimes;
    if (next !== 0 && place !== next) this.tally.fragmented += activeTimes;
    if (!this.#image.hasDataFile) this.#references.add(offset, clusterSize, times, this);
    return place + 1;
  }

  #compressed(high: number, low: number, hasBitmap: boolean): void {
    const { times, activeTimes } = this.#table;
    if (high < 0) this.#corrupt('compressed', 'a compressed cluster is marked as used once, which none may be', times);
    if (this.#image.hasDataFile) {
      this.#corrupt('compressed', 'a cluster is compressed, in an image whose data is in another file', times);
      return;
    }
    if (hasBitmap) {
      this.#corrupt('compressed', 'a compressed cluster has subclusters', times);
      return;
    }
    const { offset, length } = compressedPlace(high >>> 0, low >>> 0, this.#image.header.clusterBits);
    this.#references.add(offset, length, times, this);
    this.tally.allocated += activeTimes;
    this.tally.compressed += activeTimes;
    this.tally.fragmented += activeTimes;
  }

  #corrupt(kind: Damage['kind'], says: string, times: number): void {
    if (!this.#damages.hasRoom) {
      this.#damages.corruptions += times;
      return;
    }
    const guest = this.guest();
    this.#damages.corrupt({ kind, says, at: this.at, ...(guest?.length ? { guest } : {}) }, times);
  }
}
