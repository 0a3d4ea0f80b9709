import {
  committedNeeds,
  countPages,
  type HugePageUse,
  needsOfGuestsOff,
  pagesOfOthers,
} from '#model/derived/huge-page-use';
import type { HugePagePool } from '#model/memory';

/** What a pool that is larger than need be could be set to. */
export interface PoolTarget {
  readonly pool: HugePagePool;
  /** Pages for the committed guests and for what other programs hold. */
  readonly least: number;
  /** Room for one guest more, the largest, beside these; never more than there is. */
  readonly comfortable: number;
  /** Pages that no defined guest and no other program needs. */
  readonly idle: number;
  /** Whether some guest's pages are bound to nodes, so that pages cannot be taken from anywhere. */
  readonly isBound: boolean;
}

/** Gives what each pool could be set to. */
export const poolTargets = (pools: readonly HugePagePool[], use: HugePageUse): readonly PoolTarget[] =>
  pools.map(pool => {
    const { pageSize } = pool;
    const reserved = pool.total - pool.surplus;
    const sizes = use.guests.map(guest => countPages(guest.next.filter(need => need.pages.size === pageSize)));
    const least = countPages(committedNeeds(use, pageSize)) + pagesOfOthers(pool, use);
    return {
      pool,
      least: Math.min(reserved, least),
      comfortable: Math.min(reserved, least + Math.max(0, ...sizes)),
      idle: Math.max(0, pool.free - pool.reserved - countPages(needsOfGuestsOff(use, pageSize, 'defined'))),
      isBound: committedNeeds(use, pageSize).some(({ nodes }) => nodes !== undefined),
    };
  });
