import type { BlockDevice } from '#model/block-device';
import { deviceOfPath } from '#model/derived/device-of-path';
import { mountOf } from '#model/derived/mount-of';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, chainKnown, type Known, known } from '#model/known';
import { oncePerPair } from '#model/once-per';

/** A device whose scheduler serves disks of guests. */
export interface GuestDiskDevice {
  readonly device: BlockDevice;
  /** Guests whose disks lie on it. */
  readonly guests: readonly string[];
}

/**
 * Gives the block devices that schedule the I/O of guests' disks: from an image file to the file system that holds it, from there and
 * from logical volumes down to the leaves. A request-based multipath map schedules for its paths (linux block/blk-mq.c: cloned requests
 * bypass the scheduler below); bio-based maps and MD pass on. Disks on network storage have none here.
 */
export const guestDiskDevices = oncePerPair(
  (host: Host, guests: Known<readonly Guest[]>): Known<readonly GuestDiskDevice[]> =>
    chainKnown(
      allKnown({ guests, devices: host.blockDevices, mounts: host.mounts }),
      ({ guests: all, devices, mounts }) => {
        const found = new Map<BlockDevice, Set<string>>();
        for (const guest of all) {
          if (guest.config.disks.state === 'unknown') return guest.config.disks;
          for (const disk of guest.config.disks.state === 'known' ? guest.config.disks.value : []) {
            if (disk.source === undefined || (disk.type !== 'file' && disk.type !== 'block')) continue;
            const path = disk.type === 'file' ? mountOf(disk.source, mounts)?.source : disk.source;
            for (const device of leavesOf(path === undefined ? undefined : deviceOfPath(path, devices), devices)) {
              const names = found.get(device) ?? new Set();
              found.set(device, names.add(guest.name));
            }
          }
        }
        return known([...found].map(([device, names]) => ({ device, guests: [...names] })));
      },
    ),
);

function leavesOf(device: BlockDevice | undefined, devices: readonly BlockDevice[], depth = 0): readonly BlockDevice[] {
  if (device === undefined || depth > 8) return [];
  const isScheduler = device.slaves.length === 0 || (device.kind === 'multipath' && device.isRequestBased === true);
  if (isScheduler) return device.kind === 'loop' || device.kind === 'zram' || device.kind === 'nbd' ? [] : [device];
  return device.slaves.flatMap(slave =>
    leavesOf(
      devices.find(one => one.name === slave || one.partitions.some(partition => partition.name === slave)),
      devices,
      depth + 1,
    ),
  );
}
