import type { HugePageNeed } from '#model/derived/huge-page-need';
import { countPages } from '#model/derived/huge-page-use';
import type { HugePagePool } from '#model/memory';
import { CpuSet } from '#units/cpu-set';

/** A place where the pages reserved do not hold what is needed. */
export interface HugePageShortage {
  /** The nodes concerned; undefined: the pool as a whole. */
  readonly nodes: CpuSet | undefined;
  readonly needed: number;
  /** Pages reserved there for good: surplus pages do not count, they come and go. */
  readonly reserved: number;
  /** The most that can be had: reserved pages, and surplus ones as far as nr_overcommit_hugepages allows. */
  readonly most: number;
}

/** More node sets than these are not combined; each alone and all together are still tested. */
const mostSets = 6;

/**
 * Gives where a pool does not hold some needs of its size, worst first within each kind: the pool as a whole, then every set of
 * nodes to which needs are bound, and the unions of such sets (two guests on nodes 0-1 and one on node 0 share node 0). A set that
 * is short only because a smaller one is, is left out. `others` are pages that something else than guests holds.
 */
export function hugePageShortages(
  pool: HugePagePool,
  needs: readonly HugePageNeed[],
  others: number,
): readonly HugePageShortage[] {
  const reserved = pool.total - pool.surplus;
  const whole = { nodes: undefined, needed: countPages(needs) + others, reserved, most: reserved + pool.overcommit };
  const short: HugePageShortage[] = [];
  for (const nodes of pool.nodes.length > 0 ? boundSets(needs) : []) {
    const there = pool.nodes.filter(({ node }) => nodes.has(node));
    // all nodes together are the pool as a whole
    if (there.length === pool.nodes.length && there.length > 1) continue;
    const held = there.reduce((sum, node) => sum + node.total - node.surplus, 0);
    const needed = countPages(needs.filter(need => need.nodes?.isSubsetOf(nodes)));
    const explained = short.filter(set => set.nodes?.isSubsetOf(nodes)).reduce((sum, set) => sum + lackOf(set), 0);
    if (needed - held > explained) short.push({ nodes, needed, reserved: held, most: held + pool.overcommit });
  }
  const ofNodes = short.reduce((sum, set) => sum + lackOf(set), 0);
  // what the nodes lack is not said twice, unless only the whole goes beyond what can be had at all
  const isExplained = lackOf(whole) <= ofNodes && (!isBeyondReach(whole) || short.some(isBeyondReach));
  return [...(lackOf(whole) > 0 && !isExplained ? [whole] : []), ...short];
}

/** Whether surplus pages cannot make up for it: a guest cannot start. */
export const isBeyondReach = ({ needed, most }: HugePageShortage): boolean => needed > most;

const lackOf = ({ needed, reserved }: HugePageShortage): number => needed - reserved;

/** All node sets that needs are bound to and their unions, smaller ones first. */
function boundSets(needs: readonly HugePageNeed[]): readonly CpuSet[] {
  const sets = new Map<string, CpuSet>();
  for (const { nodes } of needs) if (nodes !== undefined) sets.set(nodes.toString(), nodes);
  const own = [...sets.values()];
  const unions = own.length <= mostSets ? subsetsOf(own) : [own];
  for (const some of unions) {
    const union = CpuSet.of(some.flatMap(set => [...set]));
    sets.set(union.toString(), union);
  }
  sets.delete('');
  return [...sets.values()].sort((a, b) => a.size - b.size || (a.first ?? 0) - (b.first ?? 0));
}

/** Gives all subsets, the empty one first. */
function subsetsOf(sets: readonly CpuSet[]): readonly (readonly CpuSet[])[] {
  const all: (readonly CpuSet[])[] = [[]];
  for (const set of sets) for (const some of [...all]) all.push([...some, set]);
  return all;
}
