import type { Host } from '#model/host';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';
import { type Bytes, bytes, sumBytes } from '#units/bytes';

/**
 * Gives the memory that the kernel promises to all programs together under vm.overcommit_memory 2: swap, and vm.overcommit_ratio
 * percent of memory outside huge-page pools; linux mm/overcommit-accounting.rst. With vm.overcommit_kbytes set the ratio reads 0
 * and only swap is counted here.
 */
export const commitLimit = (host: Host): Known<Bytes> =>
  mapKnown(
    allKnown({
      total: host.memory.total,
      hugetlb: orAbsent(host.memory.hugetlb),
      ratio: host.kernel.sysctls['vm.overcommit_ratio'].running,
      swaps: host.memory.swaps,
    }),
    ({ total, hugetlb = 0, ratio, swaps }) =>
      bytes(Math.floor(((total - hugetlb) * Number(ratio)) / 100) + sumBytes(swaps.map(area => area.size))),
  );
