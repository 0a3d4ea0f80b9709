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

/** Stands for an entry that names no table. */
export const noTable = -1;

/**
 * Takes the offsets that L1 tables name, `noTable` for none, of which the first `activeCount` are those of the guest's disk as it is now; calls back
 * for each table once, in the order in which it is first named. Snapshots share most tables with what comes after them.
 */
export function eachTable(offsets: Float64Array, activeCount: number, visit: (table: NamedTable) => void): void {
  const all = offsets.slice().sort();
  if (!hasRepeats(all)) {
    for (const [index, offset] of offsets.entries()) {
      if (offset !== noTable) visit({ offset, times: 1, activeTimes: index < activeCount ? 1 : 0, index });
    }
    return;
  }
  const active = activeCount === offsets.length ? all : offsets.slice(0, activeCount).sort();
  const seen = new Uint8Array(Math.ceil(all.length / 8));
  for (const [index, offset] of offsets.entries()) {
    if (offset === noTable) continue;
    const from = firstNotBelow(all, offset);
    const bit = 1 << (from & 7);
    if (((seen[from >>> 3] ?? 0) & bit) !== 0) continue;
    seen[from >>> 3] = (seen[from >>> 3] ?? 0) | bit;
    // offsets are whole numbers
    const times = firstNotBelow(all, offset + 1) - from;
    const activeTimes = index < activeCount ? firstNotBelow(active, offset + 1) - firstNotBelow(active, offset) : 0;
    visit({ offset, times, activeTimes, index });
  }
}

function hasRepeats(sorted: Float64Array): boolean {
  for (let at = 1; at < sorted.length; at++) {
    if (sorted[at] === sorted[at - 1] && sorted[at] !== noTable) return true;
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
