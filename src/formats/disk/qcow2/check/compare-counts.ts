import type { DamageList } from '#formats/disk/qcow2/check/damage-list';
import type { RecordedCounts } from '#formats/disk/qcow2/check/recorded-counts';
import type { ReferenceCounts } from '#formats/disk/qcow2/check/reference-counts';

/** Clusters one after the other that are recorded as used otherwise than they are. */
export interface Mismatch {
  readonly cluster: number;
  count: number;
  /** How often each is recorded as used. */
  readonly recorded: number;
  /** How often each is used. */
  readonly used: number;
}

/** The most stretches that are kept. */
const mostKept = 1000;

/** What came of a comparison. */
export interface Comparison {
  /** The last cluster that is in use or recorded as such. */
  highest: number;
  readonly mismatches: Mismatch[];
}

/** Compares what is recorded with what was counted, for the clusters that were counted up to `end`; adds to the comparison and to the damages. */
export function compareCounts(
  recorded: RecordedCounts,
  used: ReferenceCounts,
  end: number,
  damages: DamageList,
  comparison: Comparison,
  clusterSize: number,
): void {
  const { mismatches } = comparison;
  let last: Mismatch | undefined;
  const mismatch = (cluster: number, is: number, should: number): void => {
    if (is < should) damages.corruptions++;
    else if (damages.hidesUse) return;
    else damages.leaks++;
    if (last !== undefined && last.cluster + last.count === cluster && last.recorded === is && last.used === should) {
      last.count++;
      return;
    }
    last = { cluster, count: 1, recorded: is, used: should };
    if (mismatches.length < mostKept) mismatches.push(last);
  };
  const { low, first: base } = used;
  recorded.visit(base, end, {
    counts(first, counts, count) {
      for (let at = 0; at < count; at++) {
        const is = counts[at] ?? 0;
        const slot = low[first + at - base] ?? 0;
        if (is === slot && slot !== 255) {
          if (is !== 0) comparison.highest = first + at;
          continue;
        }
        const should = used.of(first + at);
        comparison.highest = first + at;
        if (is !== should) mismatch(first + at, is, should);
      }
    },
    none(first, count) {
      const end = first + count - base;
      for (let slot = nextUsed(low, first - base, end); slot < end; slot = nextUsed(low, slot + 1, end)) {
        comparison.highest = base + slot;
        mismatch(base + slot, 0, used.of(base + slot));
      }
    },
    unreadable(first, count) {
      const says = `how often ${count === 1 ? 'a cluster is' : `${count} clusters are`} used cannot be read`;
      damages.unreadable({ kind: 'unreadable', says, at: first * clusterSize }, count);
    },
  });
}

/** Gives the first place from `from` on, below `end`, at which a count is not zero; else `end`. Eight at a time: large files are mostly holes. */
function nextUsed(counts: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end && at % 8 !== 0; at++) if (counts[at] !== 0) return at;
  const words = new Float64Array(counts.buffer, 0, Math.floor(counts.length / 8));
  const last = Math.floor(end / 8);
  // as a number, eight bytes are zero only if all are, or if just the sign is set
  let word = at / 8;
  while (word < last && words[word] === 0 && !Object.is(words[word], -0)) word++;
  for (at = Math.max(at, word * 8); at < end; at++) if (counts[at] !== 0) return at;
  return end;
}
