import { hostReserve } from '#model/derived/host-reserve';
import type { Host } from '#model/host';
import { allKnown, chainKnown, type Known, mapKnown, orAbsent } from '#model/known';
import { type Bytes, bytes, lessBytes } from '#units/bytes';

/**
 * Gives the memory of normal pages that all guests together may take: on KVM MemTotal less the huge-page pools and the host's
 * reserve; on Xen the machine's memory less dom0's.
 */
export const guestCapacity = (host: Host): Known<Bytes> =>
  chainKnown(orAbsent(host.hypervisor), hypervisor =>
    hypervisor === 'xen'
      ? mapKnown(allKnown({ total: host.xen.totalMemory, dom0: host.xen.dom0Memory }), ({ total, dom0 }) =>
          lessBytes(total, dom0),
        )
      : mapKnown(
          allKnown({
            total: host.memory.total,
            hugetlb: orAbsent(host.memory.hugetlb),
            reserve: hostReserve(host.memory),
          }),
          ({ total, hugetlb = bytes(0), reserve }) => bytes(Math.max(0, total - hugetlb - reserve)),
        ),
  );
