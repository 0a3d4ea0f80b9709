import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, known } from '#model/known';
import { gib, printBytes } from '#units/bytes';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (format = 'qcow2', type = 'file'): string =>
  `<devices><disk type='${type}' device='disk'><driver name='qemu' type='${format}'/><source ${type === 'file' ? 'file' : 'dev'}='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
/** An image of 100 GiB of which so many GiB are taken. */
const told = (taken: number, hasBase = false, format = 'qcow2'): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f ${format} -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format,
      'virtual-size': gib(100),
      'actual-size': gib(taken),
      ...(hasBase ? { 'backing-filename': '/srv/base' } : {}),
    },
    ...(hasBase ? [{ filename: '/srv/base', format: 'raw' }] : []),
  ]),
});

export default defineRule({
  id: 'image/qcow2-preallocation',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'hint',
  says: 'The image of a guest that must not wait for its disk is allocated before the guest writes.',
  because:
    'A thin image grows while the guest writes: each first write waits for clusters, tables and the file system, and the file is scattered.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2: preallocation of metadata' },
    { grade: 'documented', at: 'qemu-img(1), create, preallocation=off|metadata|falloc|full' },
    {
      grade: 'measured',
      at: 'QEMU 7.2: “Backing file and preallocation can only be used at the same time if extended_l2 is on”',
    },
  ],
  scope: {
    says: 'guests that must not wait for a disk (database, latency, hpc)',
    holds: (_, { intents }) => known(intents.some(one => ['database', 'latency', 'hpc'].includes(one))),
  },
  intents: {
    database: { level: 'should', want: 'falloc or full' },
    latency: { level: 'should', want: 'full' },
    hpc: { level: 'should', want: 'full' },
    density: { level: 'must-not', want: 'thin' },
  },
  params: {
    least: { default: 90, unit: '% of the size', why: 'tables and a little free room are not what costs time' },
  },
  costs: ['The whole size is taken at once: thin provisioning is over, and discard makes holes again.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, guest }, { params }) {
    if (one.device !== 'disk' || one.isReadOnly) return notApplicable('nothing is written to it');
    if (one.type === 'block' || one.type === 'nvme') return notApplicable('a block device has its room');
    const format = one.format ?? 'raw';
    if (format !== 'qcow2' && format !== 'raw') return notApplicable('neither qcow2 nor raw');
    if (image.state === 'absent') return notApplicable('there is no image');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    const { virtualSize, allocated, backing, extendedL2 = false, path } = image.value;
    if ((backing?.length ?? one.backing.length) > 0 && !extendedL2)
      return notApplicable('above a base image nothing can be allocated before it is written');
    if (virtualSize === undefined || allocated === undefined || virtualSize === 0)
      return undecided('how much of the image is allocated was not told', `qemu-img info -U -f ${format} ${path}`);
    const share = (100 * allocated) / virtualSize;
    if (share >= params.least) return good;
    return bad(`${path} is thin: ${printBytes(allocated)} of ${printBytes(virtualSize)} are allocated`, {
      wants: 'preallocation falloc, or full where the file system must not either',
      so: 'a first write waits until room is found for it',
      otherwise: `With the guest off: qemu-img convert -p -f ${format} -O ${format} -o preallocation=falloc ${path} ${path}.new; qemu-img compare ${path} ${path}.new; then rename it, or virsh edit ${guest}. A raw file can stay in place: fallocate -l ${virtualSize} ${path}.`,
    });
  },
  examples: [
    { name: 'thin, for a database', guest: disk(), commands: told(8), intents: ['database'], expect: 'bad' },
    { name: 'allocated', guest: disk(), commands: told(100), intents: ['database'], expect: 'good' },
    {
      name: 'thin raw, for latency',
      guest: disk('raw'),
      commands: told(1, false, 'raw'),
      intents: ['latency'],
      expect: 'bad',
    },
    { name: 'thin above a base', guest: disk(), commands: told(8, true), intents: ['hpc'], expect: 'not-applicable' },
    { name: 'thin, for anything else', guest: disk(), commands: told(8), expect: 'not-applicable' },
    { name: 'a block device', guest: disk('raw', 'block'), intents: ['database'], expect: 'not-applicable' },
    {
      name: 'an image that nobody looked at',
      guest: { xml: disk(), isRunning: false },
      intents: ['database'],
      expect: 'unknown',
    },
  ],
});
