/** L2 tables that several L1 tables name, each told once. */
export interface NamedTable {
  /** Byte of the file. */
  readonly offset: number;
  /** How often it is named. */
  readonly times: number;
  /** How often of these by the guest's disk as it is now. */
  readonly activeTimes: number;
  /** The first entry that names it, counted over all L1 tables of the batch. */
  readonly index: number;
}

/** What the entries of some L1 tables name: only those that are not empty. */
export class NamedOffsets {
  #offsets = new Float64Array(64);
  #indexes = new Uint32Array(64);
  #count = 0;
  /** How many of them are of the guest's disk as it is now: they come first. */
  activeCount = 0;

  /** Adds what an entry names; entries are counted over all L1 tables of the batch. */
  add(offset: number, index: number): void {
    if (this.#count === this.#offsets.length) {
      const [offsets, indexes] = [new Float64Array(this.#count * 2), new Uint32Array(this.#count * 2)];
      offsets.set(this.#offsets);
      indexes.set(this.#indexes);
      [this.#offsets, this.#indexes] = [offsets, indexes];
    }
    this.#offsets[this.#count] = offset;
    this.#indexes[this.#count] = index;
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Calls back for each table once, in the order in which it is first named: snapshots share most tables with what comes after them, and in a
   * file made by an enemy all entries may name the same.
   */
  eachTable(visit: (table: NamedTable) => void): void {
    const offsets = this.#offsets.subarray(0, this.#count);
    const all = offsets.slice().sort();
    const { activeCount } = this;
    if (!hasRepeats(all)) {
      for (const [at, offset] of offsets.entries())
        visit({ offset, times: 1, activeTimes: at < activeCount ? 1 : 0, index: this.#indexes[at] ?? 0 });
      return;
    }
    const active = activeCount === offsets.length ? all : offsets.slice(0, activeCount).sort();
    const seen = new Uint8Array(Math.ceil(all.length / 8));
    for (const [at, offset] of offsets.entries()) {
      const from = firstNotBelow(all, offset);
      const bit = 1 << (from & 7);
      if (((seen[from >>> 3] ?? 0) & bit) !== 0) continue;
      seen[from >>> 3] = (seen[from >>> 3] ?? 0) | bit;
      // offsets are whole numbers
      const times = firstNotBelow(all, offset + 1) - from;
      const activeTimes = at < activeCount ? firstNotBelow(active, offset + 1) - firstNotBelow(active, offset) : 0;
      visit({ offset, times, activeTimes, index: this.#indexes[at] ?? 0 });
    }
  }
}

function hasRepeats(sorted: Float64Array): boolean {
  for (let at = 1; at < sorted.length; at++) {
    if (sorted[at] === sorted[at - 1]) return true;
  }
  return false;
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
