import type { Content } from '#formats/inside/content';
import { contentOf } from '#formats/inside/disk-use';
import type { Place } from '#formats/inside/place';

/**
 * What a guest is to do once its disk is larger, so that files get the room; commands, in order. `device`: what the guest calls the disk, without /dev/.
 * Undefined: it is not known what stands there.
 */
export function growthSteps(disk: Place, device: string): readonly string[] | undefined {
  const { table } = disk;
  if (table === undefined) return disk.content && contentSteps(disk.content, `/dev/${device}`, disk.group);
  const last = [...table.partitions]
    .filter(({ role }) => role !== 'extended')
    .sort((one, other) => other.start + other.length - one.start - one.length)[0];
  if (last === undefined) return undefined;
  const around = last.role === 'logical' ? table.partitions.find(({ role }) => role === 'extended') : undefined;
  const numbers = [...(around === undefined ? [] : [around.number]), last.number];
  const content = contentOf(disk, last.number);
  const name = `/dev/${device}${/\d$/.test(device) ? 'p' : ''}${last.number}`;
  if (content?.type === 'swap')
    return [`swapoff ${name}`, `delete partition ${last.number}, grow the one before it, and make swap anew behind it`];
  const group = disk.inside.find(({ partition }) => partition?.number === last.number)?.group;
  return [
    ...numbers.map(number => `growpart /dev/${device} ${number}`),
    ...(content === undefined ? [] : contentSteps(content, name, group)),
  ];
}

function contentSteps({ type }: Content, device: string, group: string | undefined): readonly string[] {
  switch (type) {
    case 'ext2':
    case 'ext3':
    case 'ext4':
      return [`resize2fs ${device}`];
    case 'xfs':
      return ['xfs_growfs MOUNTPOINT'];
    case 'btrfs':
      return ['btrfs filesystem resize max MOUNTPOINT'];
    case 'LVM2_member':
      return [`pvresize ${device}`, `lvextend --resizefs -l +100%FREE ${group ?? 'GROUP'}/VOLUME`];
    case 'crypto_LUKS':
      return ['cryptsetup resize NAME', 'then what stands in it'];
    case 'ntfs':
      return ['extend the volume in Disk Management, or diskpart: extend'];
    default:
      return [`enlarge the ${type} on ${device}`];
  }
}
