import type { Content } from '#formats/inside/content';
import type { Place } from '#formats/inside/place';
import type { PartitionTable } from '#formats/partition/partition-table';

/** Something on a disk that needs it up to a byte. */
export interface DiskUse {
  /** `partition 2 (ext4)`, `ext4`, `the copy of its partition table`. */
  readonly what: string;
  /** The first byte after it. */
  readonly end: number;
}

/**
 * Takes what stands on a disk; gives what needs it up to where, the largest first. Undefined: nothing that is known stands there, so that nobody can say.
 * What does not tell its size itself needs all.
 */
export function diskUse(disk: Place): readonly DiskUse[] | undefined {
  const { table } = disk;
  const uses = table === undefined ? wholeUse(disk) : partitionUses(disk, table);
  return uses.length === 0 ? undefined : [...uses].sort((one, other) => other.end - one.end);
}

function partitionUses(disk: Place, table: PartitionTable): readonly DiskUse[] {
  const partitions = table.partitions.map(({ number, start, length }): DiskUse => {
    const type = contentOf(disk, number)?.type;
    return { what: `partition ${number}${type === undefined ? '' : ` (${type})`}`, end: start + length };
  });
  if (partitions.length === 0 || table.type !== 'gpt') return partitions;
  // entries of 128 bytes and a header stand behind the last partition
  const copy = Math.ceil(((table.room ?? 128) * 128) / table.sectorSize + 1) * table.sectorSize;
  const last = Math.max(...partitions.map(({ end }) => end));
  return [...partitions, { what: 'room for the copy of its partition table', end: last + copy }];
}

/** What stands in a partition. */
export const contentOf = (disk: Place, number: number): Content | undefined =>
  disk.inside.find(({ partition }) => partition?.number === number)?.content;

function wholeUse({ content, also, size }: Place): readonly DiskUse[] {
  return [...(content === undefined ? [] : [content]), ...also].map(one => ({
    what: one.type,
    end: tellsItsSize(one) ? Math.min(size, one.size ?? size) : size,
  }));
}

/** An encrypted disk and a member of an array go to the end of what they stand on; a physical volume says how large that was. */
const tellsItsSize = ({ usage, type }: Content): boolean =>
  usage === 'filesystem' || usage === 'other' || type === 'LVM2_member';
