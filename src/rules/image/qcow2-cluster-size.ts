import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, known } from '#model/known';
import { kib, printBytes } from '#units/bytes';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (cluster: number, hasBase = false, extended = false): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      'cluster-size': cluster,
      'format-specific': { type: 'qcow2', data: { compat: '1.1', 'extended-l2': extended } },
      ...(hasBase ? { 'backing-filename': '/srv/base' } : {}),
    },
    ...(hasBase ? [{ filename: '/srv/base', format: 'raw' }] : []),
  ]),
});

export default defineRule({
  id: 'image/qcow2-cluster-size',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'hint',
  says: 'The clusters of the qcow2 image suit its use.',
  because:
    'Small clusters need more metadata for the same data; large ones are copied as a whole when a guest first writes into one that lies in the layer below.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2' },
    { grade: 'measured', at: 'QEMU 7.2: cluster_size must be a power of two between 512 and 2048k; default 64 KiB' },
  ],
  intents: { database: { level: 'should', want: '64 KiB above a base image' } },
  params: {
    leastKib: { default: 64, unit: 'KiB', why: "QEMU's default" },
    largeKib: { default: 1024, unit: 'KiB', why: 'a first write of 16 KiB then copies 64 times as much' },
  },
  costs: ['The image is converted with the guest off.'],
  departs: [
    {
      guideSays: 'The cluster size is between 512 KB and 2 MB.',
      truth: 'Between 512 bytes and 2 MiB, 64 KiB by default.',
      source: 'measured with QEMU 7.2',
      errata: ['X38'],
      guideCheck: 'smaller than 512 KiB is a finding',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, guest }, { intents, params, policy }) {
    if (one.format !== 'qcow2') return notApplicable('the image is not qcow2');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    if (image.state === 'absent') return notApplicable('there is no image');
    const { clusterSize, extendedL2 = false, backing, path } = image.value;
    if (clusterSize === undefined)
      return undecided('the cluster size was not told', `qemu-img info -U -f qcow2 ${path}`);
    const convert = (size: string): string =>
      `With the guest off: qemu-img convert -p -f qcow2 -O qcow2 -o cluster_size=${size} ${path} ${path}.new (with -B BASE -F FORMAT for an overlay), qemu-img compare ${path} ${path}.new; then rename it, or virsh edit ${guest}.`;
    const least = kib(policy === 'guide' ? 512 : params.leastKib);
    if (clusterSize < least) {
      return bad(`${path} has clusters of ${printBytes(clusterSize)}`, {
        severity: 'warning',
        wants: `at least ${printBytes(least)}`,
        so: 'more metadata is read and written for the same data',
        otherwise: convert(String(least)),
      });
    }
    const isOverlay = (backing?.length ?? one.backing.length) > 0;
    const isSplit = !intents.includes('database') || !isOverlay || extendedL2;
    if (policy === 'guide' || isSplit || clusterSize < kib(params.largeKib)) return good;
    return bad(`${path}, above a base image, has clusters of ${printBytes(clusterSize)}`, {
      wants: printBytes(kib(params.leastKib)),
      so: 'a small write into a cluster that lies below copies all of it first',
      otherwise: convert('64k'),
    });
  },
  examples: [
    { name: '4 KiB', guest: disk(), commands: told(4096), expect: 'bad', severity: 'warning' },
    { name: '64 KiB', guest: disk(), commands: told(65536), expect: 'good' },
    {
      name: '64 KiB, by the letter of the guide',
      guest: disk(),
      commands: told(65536),
      policy: 'guide',
      expect: 'bad',
    },
    {
      name: '1 MiB above a base, for a database',
      guest: disk(),
      commands: told(1048576, true),
      intents: ['database'],
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'the same with subclusters',
      guest: disk(),
      commands: told(1048576, true, true),
      intents: ['database'],
      expect: 'good',
    },
    { name: 'raw', guest: disk('raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
