import { hostReserve } from '#model/derived/host-reserve';
import { allKnown, type Known, mapKnown } from '#model/known';
import type { Ksm } from '#model/ksm';
import type { Memory } from '#model/memory';
import { type Bytes, bytes } from '#units/bytes';

/** What ksmd keeps for each page that it looks at: sizeof(struct ksm_rmap_item); linux admin-guide/mm/ksm.rst, general_profit. */
const rmapItem = 64;

/** Gives the memory that KSM saves now: pages that share another's place and zero pages that it placed; ksm.rst, pages_sharing, ksm_zero_pages. */
export const ksmSavings = (ksm: Ksm, pageSize: Bytes): Bytes =>
  bytes((ksm.pagesSharing + (ksm.zeroPages ?? 0)) * pageSize);

/** Gives the number of pages that ksmd looks at: all that are mergeable and were reached so far. */
export const pagesLookedAt = ({ pagesShared, pagesSharing, pagesUnshared, pagesVolatile }: Ksm): number =>
  pagesShared + pagesSharing + pagesUnshared + pagesVolatile;

/** Gives savings less ksmd's own bookkeeping, in bytes; may be negative. general_profit where the kernel tells it (Linux 6.4), else the same formula. */
export const ksmProfit = (ksm: Ksm, pageSize: Bytes): number =>
  ksm.generalProfit ?? ksmSavings(ksm, pageSize) - rmapItem * pagesLookedAt(ksm);

/**
 * Whether all merged pages fit back into memory: `run` 2 gives each its own copy again, and beside them half of the host's reserve
 * must stay available. Absent without KSM.
 */
export const canUnmerge = (memory: Memory): Known<boolean> =>
  mapKnown(
    allKnown({
      ksm: memory.ksm,
      pageSize: memory.pageSize,
      available: memory.available,
      reserve: hostReserve(memory),
    }),
    ({ ksm, pageSize, available, reserve }) => available - reserve / 2 > ksmSavings(ksm, pageSize),
  );
