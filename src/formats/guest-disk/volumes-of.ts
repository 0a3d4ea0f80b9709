import type { GuestVolume } from '#formats/guest-disk/guest-volume';
import type { ByteSource } from '#units/byte-source';

/** Takes the disks of a guest; gives the stretches of them that can hold a file system. */
export function volumesOf(disks: readonly ByteSource[]): readonly GuestVolume[] {
  return disks.map((source, disk) => ({ name: 'disk', source, disk }));
}
