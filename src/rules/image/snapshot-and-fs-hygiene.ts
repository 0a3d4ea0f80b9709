import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { mountOf } from '#model/derived/mount-of';
import { asFact, ifKnown, known } from '#model/known';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (snapshots: number): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    { filename: file, format: 'qcow2', snapshots: [...Array(snapshots).keys()].map(id => ({ id: String(id) })) },
  ]),
});
const onBtrfs = (options: string) => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /var/lib/libvirt/images btrfs ${options} 0 0\n`,
});

export default defineRule({
  id: 'image/snapshot-and-fs-hygiene',
  subject: 'disk',
  guide: [],
  beyond: 'snapshots that nobody deletes and copy-on-write below copy-on-write make guests slow year by year',
  severity: 'hint',
  says: 'The image holds few snapshots, and its file system does not copy each block that the guest writes.',
  because:
    'Each snapshot inside a qcow2 image keeps old clusters, and a first write copies them; on btrfs every write goes elsewhere unless it is told not to, and the image falls to pieces.',
  sources: [
    { grade: 'documented', at: 'QEMU: system/images, VM snapshots' },
    { grade: 'documented', at: 'btrfs: btrfs(5), nodatacow; qemu-img(1), nocow: best for images on btrfs' },
  ],
  intents: {},
  params: { most: { default: 3, unit: 'snapshots', why: 'a few to go back to, none for an archive' } },
  costs: ['Without copy-on-write btrfs keeps no checksums of the image.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    mounts: ({ host }) => ifKnown(host.mounts),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, mounts = [], guest }, { params }) {
    if (one.type !== 'file' || one.source === undefined || one.isReadOnly)
      return notApplicable('no file that the guest writes to');
    const isQcow2 = one.format === 'qcow2';
    const snapshots = image.state === 'known' ? image.value.snapshots : undefined;
    if (isQcow2 && snapshots !== undefined && snapshots > params.most) {
      return bad(`${one.source} holds ${snapshots} snapshots`, {
        wants: `at most ${params.most}`,
        so: 'it keeps growing, and first writes copy what a snapshot holds',
        otherwise: `virsh snapshot-list ${guest}; virsh snapshot-delete ${guest} NAME. Those that libvirt does not know, with the guest off: qemu-img snapshot -l ${one.source}, then -d NAME.`,
      });
    }
    const mount = mountOf(one.source, mounts);
    if (mount?.type === 'btrfs' && !mount.options.has('nodatacow')) {
      return undecided(
        `whether ${one.source} is copied at each write, as btrfs does`,
        `lsattr ${one.source} shows C where it is not; chattr +C on an empty folder, then copy the images into it`,
      );
    }
    if (!isQcow2 || snapshots !== undefined) return good;
    return image.state === 'unknown'
      ? undecided(image.reason, image.remedy)
      : undecided('how many snapshots it holds was not told', `qemu-img snapshot -l -U ${one.source}`);
  },
  examples: [
    { name: 'ten snapshots', guest: disk(), commands: told(10), expect: 'bad', severity: 'hint' },
    { name: 'none', guest: disk(), commands: told(0), expect: 'good' },
    { name: 'raw', guest: disk('raw'), expect: 'good' },
    { name: 'on btrfs', guest: disk('raw'), files: onBtrfs('rw,relatime'), expect: 'unknown' },
    { name: 'on btrfs, not copied', guest: disk('raw'), files: onBtrfs('rw,nodatacow'), expect: 'good' },
    {
      name: 'a CD drive',
      guest: "<devices><disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk></devices>",
      expect: 'not-applicable',
    },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
