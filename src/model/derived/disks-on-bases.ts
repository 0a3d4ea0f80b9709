import type { Disk } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import { type Known, mapKnown } from '#model/known';
import { oncePer } from '#model/once-per';

/** A disk and the guest that it belongs to. */
export interface GuestDisk {
  readonly guest: Guest;
  readonly disk: Disk;
}

/** Gives the layers below the image of a disk, as paths, nearest first: as QEMU or libvirt found them, else as the XML records them. */
const layersBelow = (disk: Disk): readonly string[] =>
  disk.image.state === 'known' && disk.image.value.backing !== undefined
    ? disk.image.value.backing.map(({ path }) => path)
    : disk.backing.flatMap(({ source }) => source ?? []);

/** What stands on what, over all guests. */
export interface Bases {
  /** For each path the disks that have it as a layer below their own image. */
  readonly above: ReadonlyMap<string, readonly GuestDisk[]>;
  /** Whether there are disks of which nobody knows the layers below. */
  readonly isOpen: boolean;
}

/** Gives what the disks of all guests stand on. */
export const disksOnBases = oncePer(
  (guests: Known<readonly Guest[]>): Known<Bases> =>
    mapKnown(guests, all => {
      const above = new Map<string, GuestDisk[]>();
      let isOpen = false;
      for (const guest of all) {
        const { disks } = guest.config;
        isOpen ||= disks.state === 'unknown';
        for (const disk of disks.state === 'known' ? disks.value : []) {
          const below = layersBelow(disk);
          const isLooked = disk.image.state === 'known' && disk.image.value.backing !== undefined;
          isOpen ||= below.length === 0 && (disk.format ?? 'raw') !== 'raw' && !isLooked;
          for (const path of below) {
            const there = above.get(path);
            if (there === undefined) above.set(path, [{ guest, disk }]);
            else there.push({ guest, disk });
          }
        }
      }
      return { above, isOpen };
    }),
);
