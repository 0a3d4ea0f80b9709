import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { mountOf } from '#model/derived/mount-of';
import type { Image } from '#model/image';
import { ifKnown, known } from '#model/known';
import type { Intent } from '#wishes/intent';

const fast: readonly Intent[] = ['latency', 'hpc', 'database'];
const dense: readonly Intent[] = ['density', 'desktop'];
const file = (format: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}' cache='none'/><source file='/var/lib/libvirt/images/a.img'/><target dev='vda' bus='virtio'/></disk></devices>`;
const block =
  "<devices><disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/vg/lv'/><target dev='vda' bus='virtio'/></disk></devices>";
const images = (type: string, options = 'rw') => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\n/dev/nvme0n1 /var/lib/libvirt/images ${type} ${options} 0 0\n`,
});

/** What of an image a raw volume does not have. */
function lostOf(image: Image | undefined): string {
  const snapshots = image?.snapshots ?? 0;
  const lost = [
    ...((image?.backing?.length ?? 0) > 0 ? ['its base image is copied into it and no longer shared'] : []),
    ...(snapshots > 0
      ? [snapshots === 1 ? 'its internal snapshot is lost' : `its ${snapshots} internal snapshots are lost`]
      : []),
  ];
  return lost.length === 0 ? '' : `; with the copy ${lost.join(', and ')}`;
}

export default defineRule({
  id: 'host-storage/block-vs-file',
  subject: 'disk',
  guide: ['4.4'],
  severity: 'hint',
  says: 'Disks of busy guests are block devices or raw files; those of many small guests are files.',
  because: 'A block device leaves out the host’s file system; a file can be copied, grown and shared as a base.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.4: block devices perform better, files are easier',
    },
    { grade: 'documented', at: 'btrfs: btrfs(5), nodatacow: without it each write goes to a new place' },
  ],
  intents: {
    database: { level: 'should', want: 'raw on a block device' },
    latency: { level: 'should', want: 'raw on a block device' },
    hpc: { level: 'should', want: 'raw, on a block device or a file' },
    density: { level: 'should', want: 'a file with a base image below' },
    desktop: { level: 'should', want: 'a file with a base image below' },
  },
  params: {},
  costs: [
    'The guest must be off while its disk is copied.',
    'A block device cannot be a thin file, nor hold internal snapshots.',
  ],
  needs: {
    disk: ({ disk }) => known(disk, disk.at),
    mounts: ({ host }) => ifKnown(host.mounts),
    image: ({ disk }) => ifKnown(disk.image),
  },
  check({ disk, mounts, image }, { intents }) {
    if (disk.device !== 'disk' && disk.device !== 'lun') return notApplicable('it is no hard disk');
    const isFast = intents.some(intent => fast.includes(intent));
    if (!isFast && !intents.some(intent => dense.includes(intent)))
      return notApplicable('what the guest is for asks for neither');
    if (disk.type !== 'file' && disk.type !== 'block') return notApplicable(`its source is of type ${disk.type}`);
    if (disk.source === undefined) return notApplicable('it is empty');
    const { source, format = 'raw' } = disk;
    if (!isFast) {
      return disk.type === 'file'
        ? good
        : bad(`it is the block device ${source}, on a host meant to be dense`, {
            severity: 'info',
            wants: 'a qcow2 file over a common base image',
            so: 'it takes its full size from the first day and shares nothing with its likes',
            otherwise: `With the guest off: qemu-img convert -O qcow2 ${source} /var/lib/libvirt/images/NAME.qcow2; virsh edit: type file, format qcow2.`,
          });
    }
    if (disk.type === 'block') return good;
    const isToMove = intents.includes('migratable');
    const volume = isToMove ? 'a LUN that all hosts see' : 'a logical volume or LUN';
    const otherwise = `With the guest off: ${isToMove ? 'have a LUN of the same size mapped to all hosts' : 'lvcreate a volume of the same size'}; qemu-img convert -n -f ${format} -O host_device ${source} ${isToMove ? '/dev/disk/by-id/LUN' : '/dev/VG/LV'}; virsh edit: type block, format raw. Keep the file until the guest has run well.`;
    const mount = mountOf(source, mounts ?? []);
    const isCow = mount?.type === 'btrfs' && !mount.options.has('nodatacow');
    if (format !== 'raw')
      return bad(`it is a ${format} file${isCow ? ' on btrfs' : ''}`, {
        wants: `raw on ${volume}`,
        so: `each write may also have to change tables of the image${lostOf(image)}`,
        otherwise,
      });
    if (mount === undefined) return undecided('the file system that holds it is not known', `findmnt -T ${source}`);
    if (!isCow) return good;
    return undecided(
      'it is a raw file on btrfs: whether it has the attribute nodatacow is not to be told from here',
      `lsattr ${source}`,
    );
  },
  examples: [
    {
      name: 'a database in qcow2',
      guest: file('qcow2'),
      intents: ['database'],
      expect: 'bad',
      severity: 'hint',
      fixes: [],
    },
    {
      name: 'a database in qcow2 with a snapshot, to be migrated',
      guest: file('qcow2'),
      commands: {
        'qemu-img info --force-share --output=json --backing-chain -f qcow2 -- /var/lib/libvirt/images/a.img':
          JSON.stringify([{ filename: '/var/lib/libvirt/images/a.img', format: 'qcow2', snapshots: [{ id: '1' }] }]),
      },
      intents: ['database', 'migratable'],
      expect: 'bad',
    },
    { name: 'a database on a logical volume', guest: block, intents: ['database'], expect: 'good' },
    { name: 'a raw file on XFS', guest: file('raw'), intents: ['hpc'], expect: 'good' },
    {
      name: 'a raw file on btrfs',
      files: images('btrfs'),
      guest: file('raw'),
      intents: ['database'],
      expect: 'unknown',
    },
    {
      name: 'on btrfs without copy on write',
      files: images('btrfs', 'rw,nodatacow'),
      guest: file('raw'),
      intents: ['database'],
      expect: 'good',
    },
    { name: 'density on a block device', guest: block, intents: ['density'], expect: 'bad', severity: 'info' },
    { name: 'density in files', guest: file('qcow2'), intents: ['density'], expect: 'good' },
    { name: 'a general guest', guest: file('qcow2'), expect: 'not-applicable' },
    {
      name: 'a raw file, mounts not readable',
      files: { '/proc/self/mounts': 'denied' },
      guest: file('raw'),
      intents: ['latency'],
      expect: 'unknown',
    },
  ],
});
