import type { BlockDevice } from '#model/block-device';
import { deviceOfPath } from '#model/derived/device-of-path';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, type Known, mapKnown } from '#model/known';
import type { Mount } from '#model/mount';
import { oncePerPair } from '#model/once-per';

/** An image that this host has opened as a device of its own: by losetup or qemu-nbd, or a device of a guest that the host uses too. */
export interface Attachment {
  /** The loop or nbd device; of a guest's own device that one. */
  readonly device: BlockDevice;
  /** Path of the image. */
  readonly image: string;
  /** Guests with a writable disk on it. */
  readonly guests: readonly Guest[];
  /** File systems on it, also through partitions and the maps above it. */
  readonly mounts: readonly Mount[];
  /** Devices stacked on it: maps of kpartx, logical volumes, MD. */
  readonly above: readonly BlockDevice[];
}

/** Gives the images that this host has opened beside QEMU: all loop and nbd devices with something in them, and guests' block devices that the host has mounted. */
export const attachments = oncePerPair(
  (host: Host, guests: Known<readonly Guest[]>): Known<readonly Attachment[]> =>
    mapKnown(
      allKnown({ devices: host.blockDevices, mounts: host.mounts, guests }),
      ({ devices, mounts, guests: all }) => {
        const users = diskUsers(all, devices);
        return devices.flatMap((device): readonly Attachment[] => {
          const isAttached = device.kind === 'loop' || device.kind === 'nbd';
          const image = isAttached
            ? (device.backingFile ?? '?')
            : `/dev/${device.mapName === undefined ? device.name : `mapper/${device.mapName}`}`;
          const owners = isAttached ? (users.byPath.get(image) ?? []) : (users.byDevice.get(device) ?? []);
          if (!isAttached && owners.length === 0) return [];
          const above = stackedOn(device, devices);
          const mounted = mounts.filter(({ source }) => {
            const at = deviceOfPath(source, devices);
            return at !== undefined && (at === device || above.includes(at));
          });
          return isAttached || mounted.length > 0 ? [{ device, image, guests: owners, mounts: mounted, above }] : [];
        });
      },
    ),
);

function diskUsers(guests: readonly Guest[], devices: readonly BlockDevice[]) {
  const byPath = new Map<string, Guest[]>();
  const byDevice = new Map<BlockDevice, Guest[]>();
  for (const guest of guests) {
    for (const disk of guest.config.disks.state === 'known' ? guest.config.disks.value : []) {
      if (disk.source === undefined || disk.isReadOnly) continue;
      byPath.set(disk.source, [...(byPath.get(disk.source) ?? []), guest]);
      const device = disk.type === 'block' ? deviceOfPath(disk.source, devices) : undefined;
      // a partition given to a guest says nothing of the others on its disk
      const isWhole = device?.partitions.every(({ name }) => disk.source !== `/dev/${name}`) ?? false;
      if (device !== undefined && isWhole) byDevice.set(device, [...(byDevice.get(device) ?? []), guest]);
    }
  }
  return { byPath, byDevice };
}

/** Everything that stands on a device, directly or through others. */
function stackedOn(device: BlockDevice, devices: readonly BlockDevice[]): readonly BlockDevice[] {
  const found = new Set<BlockDevice>();
  const names = new Set([device.name, ...device.partitions.map(({ name }) => name)]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const one of devices) {
      if (found.has(one) || !one.slaves.some(slave => names.has(slave))) continue;
      found.add(one);
      for (const { name } of [one, ...one.partitions]) names.add(name);
      grew = true;
    }
  }
  return [...found];
}
