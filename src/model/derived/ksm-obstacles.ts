import { hasVfioDevice } from '#model/derived/pinned-memory';
import type { DomainConfig } from '#model/domain-config';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';
import { oncePer } from '#model/once-per';

/**
 * Gives what keeps KSM from merging a guest's memory, in words; nothing: it can be merged. KSM merges private anonymous pages only;
 * linux admin-guide/mm/ksm.rst. `locked` alone does not keep it from that.
 */
export const ksmObstacles = oncePer(
  (config: DomainConfig): Known<readonly string[]> =>
    mapKnown(
      allKnown({
        backing: orAbsent(config.memoryBacking),
        cpu: orAbsent(config.cpu),
        vfio: hasVfioDevice(config),
        security: orAbsent(config.launchSecurity),
        filesystems: orAbsent(config.filesystems),
        nics: orAbsent(config.nics),
      }),
      ({ backing, cpu, vfio, security, filesystems = [], nics = [] }) => {
        const isMemfdShared = backing?.source === 'memfd' && backing.access !== 'private';
        const isShared = backing?.access === 'shared' || (cpu?.cells ?? []).some(cell => cell.access === 'shared');
        const sharers = [
          ...(filesystems.some(filesystem => filesystem.driver === 'virtiofs') ? ['virtiofs'] : []),
          ...(nics.some(nic => nic.type === 'vhostuser') ? ['vhost-user'] : []),
        ];
        return [
          ...(backing?.hugepages === undefined ? [] : ['huge pages']),
          ...(isShared || isMemfdShared
            ? [`shared memory${sharers.length > 0 ? ` for ${sharers.join(' and ')}` : ''}`]
            : []),
          ...(vfio ? ['memory pinned by a passed-through device'] : []),
          ...(security === undefined ? [] : [`encrypted memory (${security})`]),
          ...(backing?.nosharepages === true ? ['it opts out (nosharepages)'] : []),
        ];
      },
    ),
);
