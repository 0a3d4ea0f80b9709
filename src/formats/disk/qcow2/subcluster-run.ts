/** A run of subclusters of one kind. */
export interface SubclusterRun {
  readonly kind: 'data' | 'zero' | 'unallocated';
  readonly count: number;
}

/**
 * Takes the two halves of the bitmap of a cluster with subclusters (docs/interop/qcow2.txt, Extended L2 Entries: which read as zeroes, which are
 * there), the subcluster to start at, 0 to 31, and if the cluster has a place in the file. Gives the kind of that subcluster and how many follow that
 * are of the same; undefined where the bitmap says what cannot be.
 */
export function subclusterRun(
  zeroes: number,
  allocated: number,
  from: number,
  isPlaced: boolean,
): SubclusterRun | undefined {
  // there, and reads as zeroes; or there, in a cluster that is not
  if ((zeroes & allocated) !== 0 || (!isPlaced && allocated !== 0)) return undefined;
  const bit = 1 << from;
  if ((allocated & bit) !== 0) return { kind: 'data', count: ones(allocated >>> from) };
  if ((zeroes & bit) !== 0) return { kind: 'zero', count: ones(zeroes >>> from) };
  return { kind: 'unallocated', count: Math.min(ones(~(allocated | zeroes) >>> from), 32 - from) };
}

/** Counts the bits that are set from the lowest on. */
function ones(bits: number): number {
  const others = ~bits;
  return others === 0 ? 32 : 31 - Math.clz32(others & -others);
}
