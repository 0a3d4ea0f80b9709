import type { DomainConfig } from '#model/domain-config';
import type { MemoryBacking } from '#model/domain-resources';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';

/** Why KSM passes over a guest's memory. */
export type KsmObstacle = 'huge pages' | 'shared memory' | 'pinned by VFIO' | 'encrypted memory' | 'nosharepages';

/**
 * Gives why KSM cannot merge a guest's memory, undefined where it can: KSM merges private anonymous pages that nothing holds in place;
 * linux admin-guide/mm/ksm.rst, QEMU backends/hostmem-memfd.c (memfd is shared unless said otherwise). `locked` alone is no obstacle.
 */
export const ksmObstacle = (config: DomainConfig): Known<KsmObstacle | undefined> =>
  mapKnown(
    allKnown({
      backing: orAbsent(config.memoryBacking),
      cpu: orAbsent(config.cpu),
      hostDevices: orAbsent(config.hostDevices),
      nics: orAbsent(config.nics),
      disks: orAbsent(config.disks),
      launchSecurity: orAbsent(config.launchSecurity),
    }),
    ({ backing, cpu, hostDevices = [], nics = [], disks = [], launchSecurity }) => {
      if (backing?.nosharepages) return 'nosharepages';
      if (backing?.hugepages !== undefined && !isBasePagesOnly(backing)) return 'huge pages';
      if (isShared(backing) || cpu?.cells.some(cell => cell.access === 'shared')) return 'shared memory';
      if (launchSecurity !== undefined) return 'encrypted memory';
      const isVfio =
        hostDevices.some(({ mode, type }) => mode === 'subsystem' && (type === 'pci' || type === 'mdev')) ||
        nics.some(({ type }) => type === 'hostdev' || type === 'vdpa') ||
        disks.some(({ type }) => type === 'nvme');
      return isVfio ? 'pinned by VFIO' : undefined;
    },
  );

const isShared = (backing: MemoryBacking | undefined): boolean =>
  backing?.access === 'shared' || (backing?.source === 'memfd' && backing.access !== 'private');

/** Entries of 4 KiB say that these cells get no huge pages. */
const isBasePagesOnly = ({ hugepages }: MemoryBacking): boolean =>
  hugepages !== undefined && hugepages.pages.length > 0 && hugepages.pages.every(({ size }) => size <= 4096);
