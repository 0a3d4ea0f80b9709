import { type Known, mapKnown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, lessBytes, sumBytes } from '#units/bytes';

/** Swap on disks. zram does not count: compressed memory is no backstop for memory. */
export interface DiskSwap {
  readonly size: Bytes;
  readonly free: Bytes;
}

/** Gives the swap on disks; 0 where there is none. */
export const diskSwap = (memory: Memory): Known<DiskSwap> =>
  mapKnown(memory.swaps, swaps => {
    const areas = swaps.filter(area => !area.isZram);
    const size = sumBytes(areas.map(area => area.size));
    const used = sumBytes(areas.map(area => area.used));
    return { size, free: lessBytes(size, used) };
  });
