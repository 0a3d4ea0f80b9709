import type { Change } from '#change/change';
import type { Bytes } from '#units/bytes';

/** Persistent pages of one size, on one node or (node undefined) over all; the kernel may give fewer than asked for, so it is read back. */
export const setHugePagePool = (
  pageSize: Bytes,
  node: number | undefined,
  before: number,
  after: number,
): Change<'huge-page-pool', number> => ({
  kind: 'huge-page-pool',
  on: `${node === undefined ? '/sys/kernel/mm' : `/sys/devices/system/node/node${node}`}/hugepages/hugepages-${pageSize / 1024}kB/nr_hugepages`,
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});
