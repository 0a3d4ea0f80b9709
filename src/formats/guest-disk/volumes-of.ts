import type { GuestVolume } from '#formats/guest-disk/guest-volume';
import { describeDisks } from '#formats/inside/describe-disk';
import type { Place } from '#formats/inside/place';
import type { ByteSource } from '#units/byte-source';

/** Takes the disks of a guest; gives the stretches of them that can hold a file system: disks, partitions, logical volumes, arrays. */
export const volumesOf = (disks: readonly ByteSource[]): readonly GuestVolume[] =>
  describeDisks(disks).disks.flatMap(disk => volumesIn(disk, undefined));

function volumesIn(place: Place, around: Place | undefined): readonly GuestVolume[] {
  const isOther = place.partition?.role === 'extended' || (place.content?.usage ?? 'filesystem') !== 'filesystem';
  const own = place.bytes !== undefined && !isOther ? [volumeOf(place, place.bytes, around)] : [];
  return [...own, ...place.inside.flatMap(one => volumesIn(one, place))];
}

function volumeOf(place: Place, source: ByteSource, around: Place | undefined): GuestVolume {
  const { name, disk, partition, logical } = place;
  return {
    name,
    disk,
    source,
    // partitions of what stands in a volume are none of the disk's
    ...(partition !== undefined &&
      around?.kind === 'disk' && {
        partition: {
          number: partition.number,
          uuid: partition.uuid ?? mbrUuid(around.table?.id, partition.number),
          label: partition.name,
        },
      }),
    ...(logical !== undefined && { logical: { group: logical.group, name: logical.name } }),
  };
}

/** The kernel makes a UUID of the number of the disk and that of the partition. */
const mbrUuid = (id: string | undefined, number: number): string | undefined =>
  id === undefined ? undefined : `${id}-${number.toString(16).padStart(2, '0')}`;
