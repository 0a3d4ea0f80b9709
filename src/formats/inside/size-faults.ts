import type { Content } from '#formats/inside/content';
import type { Partition } from '#formats/partition/partition-table';
import type { ByteSource } from '#units/byte-source';

/** Types that lie in one piece where they stand: more of them than there is room for means that something was cut off. */
const whole = [
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'ntfs',
  'vfat',
  'exfat',
  'f2fs',
  'swap',
  'iso9660',
  'squashfs',
  'erofs',
  'jfs',
  'reiserfs',
  'LVM2_member',
];

/** Says where less of a partition or of its content is there than it tells of. */
export function sizeFaults(
  { bytes, partition }: { readonly bytes: ByteSource; readonly partition?: Partition | undefined },
  content: Content | undefined,
): readonly string[] {
  const faults: string[] = [];
  if (partition !== undefined && bytes.size < partition.length)
    faults.push(`the disk ends ${partition.length - bytes.size} bytes before the partition does`);
  if (content?.size === undefined || !whole.includes(content.type)) return faults;
  // of several devices, the size is that of all
  const isOneOfMany = content.notes?.some(note => note.startsWith('one of ')) === true;
  const least = Math.min(bytes.size, partition?.length ?? bytes.size);
  if (!isOneOfMany && content.size > least)
    faults.push(`${content.type} has ${content.size} bytes, and there is room for ${least}: its end is cut off`);
  return faults;
}
