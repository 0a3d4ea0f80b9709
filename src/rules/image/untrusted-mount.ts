import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { type Attachment, attachments } from '#model/derived/attachments';
import { isRunning } from '#model/derived/committed-guests';
import { valueIfKnown } from '#model/known';

const image = '/var/lib/libvirt/images/g.raw';
const off = {
  xml: `<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${image}'/><target dev='vda' bus='virtio'/></disk></devices>`,
  isRunning: false,
};
const looped = (mounts: string, file = image) => ({
  '/sys/block/loop1/dev': '7:1',
  '/sys/block/loop1/size': '41943040',
  '/sys/block/loop1/loop1p1/dev': '259:5',
  '/sys/block/loop1/loop/backing_file': file,
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\n${mounts}`,
});

/** Of guests that are off; what a running guest writes to as well is image/in-use-while-attached. */
const isOfGuestsOff = ({ guests, mounts }: Attachment): boolean =>
  mounts.length > 0 && guests.length > 0 && !guests.some(guest => valueIfKnown(isRunning(guest)) === true);

export default defineRule({
  id: 'image/untrusted-mount',
  subject: 'host',
  guide: ['5.3'],
  severity: 'warning',
  says: 'No file system of a guest is mounted on the host.',
  because:
    'A guest may write any file system to its disk, a broken one too: the host’s kernel, which reads it with all rights, was not made to stand that.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.3: do not open images that are not trusted' },
    { grade: 'documented', at: 'libguestfs: guestfs-security(1), security of mounting filesystems' },
  ],
  intents: {},
  params: {},
  costs: ['guestfish starts a small guest for each look: some seconds.'],
  needs: { attached: ({ host, guests }) => attachments(host, guests) },
  check({ attached }) {
    const found = attached.filter(isOfGuestsOff);
    const [first] = found;
    if (first === undefined) return good;
    const isWritten = found.some(({ mounts }) => mounts.some(({ options }) => options.has('rw')));
    const names = first.guests.map(({ name }) => name).join(', ');
    return bad(
      found.length === 1
        ? `${first.image} of ${names} is mounted on ${first.mounts.map(({ target }) => target).join(', ')}`
        : `${found.length} images of guests are mounted on the host`,
      {
        severity: isWritten ? 'error' : 'warning',
        wants: 'nearmetal image ls, cat and open, which read it themselves, or guestfish --ro, in a guest of its own',
        so: isWritten
          ? 'the guest is damaged if it is started meanwhile, and the host trusts what a guest wrote'
          : 'the host’s kernel trusts what a guest wrote',
        parts: found.map(({ device, image: of, mounts, guests }) => ({
          key: of,
          saw: `${of} of ${guests.map(({ name }) => name).join(', ')}: ${device.name} on ${mounts.map(({ target }) => target).join(', ')}`,
          evidence: mounts.map(({ source, target, type }) => ({
            from: '/proc/self/mounts',
            value: `${source} ${target} ${type}`,
          })),
        })),
        otherwise: `umount ${first.mounts.map(({ target }) => target).join(' ')}, or nearmetal image close, where that opened it; look with nearmetal image open ${first.image} FOLDER, or guestfish --ro -a ${first.image} -i. Keep LVM from looking into guests’ disks: global_filter in /etc/lvm/lvm.conf.`,
      },
    );
  },
  examples: [
    {
      name: 'mounted',
      guest: off,
      files: looped('/dev/loop1p1 /mnt ext4 ro 0 0\n'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'mounted for writing',
      guest: off,
      files: looped('/dev/loop1 /mnt ext4 rw 0 0\n'),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'a loop device that is no guest’s',
      files: looped('/dev/loop1 /snap squashfs ro 0 0\n', '/s'),
      expect: 'good',
    },
    { name: 'none', guest: off, expect: 'good' },
    { name: 'devices not readable', files: { '/sys/block': 'denied' }, expect: 'unknown' },
  ],
});
