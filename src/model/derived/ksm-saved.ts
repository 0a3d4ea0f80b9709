import { ksmSavings } from '#model/derived/ksm-savings';
import { allKnown, type Known, mapKnown } from '#model/known';
import type { Memory } from '#model/memory';
import type { Bytes } from '#units/bytes';

/** Gives the memory that merging saves now: what must be found again if the pages stop being equal. (pages_sharing + ksm_zero_pages) × page size; linux admin-guide/mm/ksm.rst. */
export const ksmSaved = (memory: Memory): Known<Bytes> =>
  mapKnown(allKnown({ ksm: memory.ksm, page: memory.pageSize }), ({ ksm, page }) => ksmSavings(ksm, page));
