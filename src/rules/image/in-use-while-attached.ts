import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { attachments } from '#model/derived/attachments';
import { committedGuests, isRunning } from '#model/derived/committed-guests';
import { sharedImages } from '#model/derived/shared-images';
import { valueIfKnown } from '#model/known';

const image = '/var/lib/libvirt/images/g.qcow2';
const disk = (more = ''): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${image}'/><target dev='vda' bus='virtio'/>${more}</disk></devices>`;
const served = {
  '/sys/block/nbd0/dev': '43:0',
  '/sys/block/nbd0/size': '41943040',
  '/sys/block/nbd0/pid': '4711',
  '/proc/4711/cmdline': `qemu-nbd\0-c\0/dev/nbd0\0${image}\0`,
};

export default defineRule({
  id: 'image/in-use-while-attached',
  subject: 'host',
  guide: ['5.3'],
  severity: 'error',
  says: 'What a guest writes to nobody else has open.',
  because:
    'Two writers that know nothing of each other destroy a file system within minutes, and a reader sees what never was.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.3: an image used in different places' },
    { grade: 'documented', at: 'QEMU: system/images, Disk image file locking; it does not stop loop devices' },
  ],
  intents: {},
  params: {},
  costs: [],
  needs: {
    attached: ({ host, guests }) => attachments(host, guests),
    shared: ({ guests }) => sharedImages(committedGuests(guests)),
  },
  check({ attached, shared }) {
    const isUp = (guest: Parameters<typeof isRunning>[0]): boolean => valueIfKnown(isRunning(guest)) === true;
    const opened = attached.filter(({ guests }) => guests.some(isUp));
    const doubles = shared.map(({ path, guests }) => ({ path, guests, isNow: guests.filter(isUp).length > 1 }));
    const parts = [
      ...opened.map(({ image: of, device, guests, mounts }) => ({
        key: of,
        saw: `${of} is open as ${device.name}${mounts.length === 0 ? '' : ` on ${mounts.map(({ target }) => target).join(', ')}`} while ${guests
          .filter(isUp)
          .map(({ name }) => name)
          .join(', ')} runs`,
        evidence: [{ from: `/sys/block/${device.name}`, value: device.backingFile ?? of }],
      })),
      ...doubles.map(({ path, guests, isNow }) => ({
        key: path,
        saw: `${path} is a disk of ${guests.map(({ name }) => name).join(' and ')}${isNow ? ', which run' : ''}`,
      })),
    ];
    const [first] = parts;
    if (first === undefined) return good;
    const [device] = opened;
    return bad(parts.length === 1 ? first.saw : `${parts.length} images have two users at once`, {
      severity: opened.length > 0 || doubles.some(({ isNow }) => isNow) ? 'error' : 'warning',
      wants: 'one user, or <shareable/> with a cluster file system',
      so: 'its file systems are destroyed',
      parts,
      otherwise:
        device === undefined
          ? 'Give each guest an image of its own: virsh edit, or an overlay: qemu-img create -b BASE -F FORMAT -f qcow2 OVERLAY.'
          : `${device.mounts.length > 0 ? `umount ${device.mounts.map(({ target }) => target).join(' ')}; ` : ''}${device.device.kind === 'loop' ? 'losetup' : device.device.kind === 'nbd' ? 'qemu-nbd' : 'vgchange -an, kpartx'} -d /dev/${device.device.name}; then check the file systems inside the guest.`,
    });
  },
  examples: [
    { name: 'open through nbd while the guest runs', guest: disk(), files: served, expect: 'bad', severity: 'error' },
    { name: 'the same, off', guest: { xml: disk(), isRunning: false }, files: served, expect: 'good' },
    {
      name: 'a disk of two guests that run',
      guest: { xml: disk(), name: 'a' },
      others: [{ xml: disk(), name: 'b' }],
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'a disk of two guests of which one runs',
      guest: { xml: disk(), name: 'a' },
      others: [{ xml: disk(), name: 'b', isRunning: false, autostart: true }],
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'shared on purpose',
      guest: { xml: disk('<shareable/>'), name: 'a' },
      others: [{ xml: disk('<shareable/>'), name: 'b' }],
      expect: 'good',
    },
    { name: 'each its own', guest: disk(), expect: 'good' },
    { name: 'devices not readable', files: { '/sys/block': 'denied' }, expect: 'unknown' },
  ],
});
