import { type HugePageShortage, hugePageShortages } from '#model/derived/huge-page-shortage';
import { committedNeeds, type HugePageUse, needsOfGuestsOff, pagesOfOthers } from '#model/derived/huge-page-use';
import type { HugePagePool } from '#model/memory';

/** A shortage and the pool that it is in. */
export interface PoolShortage extends HugePageShortage {
  readonly pool: HugePagePool;
  /** Pages among those needed that other programs hold. */
  readonly others: number;
}

/**
 * Gives where the pools do not hold what the committed guests need at their next start beside what other programs hold; where they
 * do, what guests that are to start with the host do not find free (pages of a node that others took).
 */
export const poolShortages = (pools: readonly HugePagePool[], use: HugePageUse): readonly PoolShortage[] =>
  pools.flatMap(pool => {
    const others = pagesOfOthers(pool, use);
    const reserved = hugePageShortages(pool, committedNeeds(use, pool.pageSize), others);
    if (reserved.length > 0)
      return reserved.map(shortage => ({ ...shortage, pool, others: shortage.nodes === undefined ? others : 0 }));
    return hugePageShortages(freePages(pool), startNeeds(pool, use), 0).map(shortage => ({
      ...shortage,
      pool,
      others: 0,
    }));
  });

const startNeeds = (pool: HugePagePool, use: HugePageUse) => needsOfGuestsOff(use, pool.pageSize, 'committed');

/** The pool as a guest finds it that starts now. */
const freePages = (pool: HugePagePool): HugePagePool => ({
  ...pool,
  total: pool.free - pool.reserved,
  surplus: 0,
  overcommit: Math.max(0, pool.overcommit - pool.surplus),
  nodes: pool.nodes.map(node => ({ ...node, total: node.free, surplus: 0 })),
});

/** Gives the shortages as the guide counts: all pages of a size over all nodes, whoever holds them. */
export const plainShortages = (pools: readonly HugePagePool[], use: HugePageUse): readonly PoolShortage[] =>
  pools.flatMap(pool =>
    hugePageShortages({ ...pool, overcommit: 0, nodes: [] }, committedNeeds(use, pool.pageSize), 0).map(shortage => ({
      ...shortage,
      pool,
      others: 0,
    })),
  );
