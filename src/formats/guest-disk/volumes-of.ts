import type { GuestVolume } from '#formats/guest-disk/guest-volume';
import { lookAt } from '#formats/inside/look';
import { sliceBytes } from '#formats/inside/slice-bytes';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import type { ByteSource } from '#units/byte-source';

/** Takes the disks of a guest; gives the stretches of them that can hold a file system: the whole disk, its partitions. */
export function volumesOf(disks: readonly ByteSource[]): readonly GuestVolume[] {
  return disks.flatMap((source, disk) => {
    // the first disk's partitions go by their number alone
    const prefix = disk === 0 ? '' : `${disk + 1}:`;
    const partitions = readPartitionTable(lookAt(source))?.partitions ?? [];
    return [
      { name: `${prefix}disk`, source, disk },
      ...partitions
        .filter(({ role }) => role !== 'extended')
        .map(({ number, start, length, uuid, name }) => ({
          name: `${prefix}${number}`,
          source: sliceBytes(source, start, length),
          partition: { number, uuid, label: name },
          disk,
        })),
    ];
  });
}
