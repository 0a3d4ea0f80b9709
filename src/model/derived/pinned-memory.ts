import { hugePageNeeds } from '#model/derived/huge-page-need';
import type { DomainConfig } from '#model/domain-config';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';
import type { Memory } from '#model/memory';
import { oncePer } from '#model/once-per';
import { type Bytes, bytes, sumBytes } from '#units/bytes';
import { bytesOfPages } from '#units/pages';

/** Whether a passed-through PCI device, a mediated device or an NVMe disk makes VFIO pin all memory of the guest; linux driver-api/vfio.rst. */
export const hasVfioDevice = oncePer(
  (config: DomainConfig): Known<boolean> =>
    mapKnown(
      allKnown({
        hostDevices: orAbsent(config.hostDevices),
        nics: orAbsent(config.nics),
        disks: orAbsent(config.disks),
      }),
      ({ hostDevices = [], nics = [], disks = [] }) =>
        hostDevices.some(device => device.type === 'pci' || device.type === 'mdev') ||
        nics.some(nic => nic.type === 'hostdev' || nic.type === 'vdpa') ||
        disks.some(disk => disk.type === 'nvme'),
    ),
);

/** Gives the memory of a guest that the kernel can neither swap nor move: all of it where it is locked, pinned by VFIO or encrypted (SEV), else its huge pages. */
export const pinnedMemory = (config: DomainConfig, memory: Memory): Known<Bytes> =>
  mapKnown(
    allKnown({
      all: config.memory,
      backing: orAbsent(config.memoryBacking),
      vfio: hasVfioDevice(config),
      security: orAbsent(config.launchSecurity),
      huge: hugePageNeeds(config, memory),
    }),
    ({ all, backing, vfio, security, huge }) => {
      if (backing?.locked === true || vfio || security?.startsWith('sev') === true) return all;
      return huge.length === 0 ? bytes(0) : sumBytes(huge.map(need => bytesOfPages(need.pages)));
    },
  );
