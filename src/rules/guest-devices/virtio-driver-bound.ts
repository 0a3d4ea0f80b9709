import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Part } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';
import { virtioCount } from '#model/derived/virtio-count';
import type { VirtioDevice } from '#model/guest-inside';
import { chainKnown, firstKnown, known } from '#model/known';

const event = (number: number, text: string | null) => ({ [`/sys/bus/virtio/devices/virtio${number}/uevent`]: text });
const noDevices: Readonly<Record<string, null>> = Object.fromEntries(
  [0, 1, 2, 3, 4].map(number => [`/sys/bus/virtio/devices/virtio${number}/uevent`, null]),
);

/** Modules by device type (virtio 1.2, 5). */
const modules: ReadonlyMap<number, string> = new Map([
  [1, 'virtio_net'],
  [2, 'virtio_blk'],
  [3, 'virtio_console'],
  [4, 'virtio_rng'],
  [5, 'virtio_balloon'],
  [8, 'virtio_scsi'],
  [9, '9pnet_virtio'],
  [16, 'virtio_gpu'],
  [18, 'virtio_input'],
  [19, 'vmw_vsock_virtio_transport'],
  [24, 'virtio_mem'],
  [26, 'virtiofs'],
]);
const moduleOf = ({ type }: VirtioDevice): string => modules.get(type) ?? `the driver of virtio device type ${type}`;

export default defineRule({
  id: 'guest-devices/virtio-driver-bound',
  subject: 'guest',
  guide: ['6.1.4'],
  severity: 'warning',
  says: 'Every virtio device of the guest is seen in it and has its driver.',
  because:
    'A paravirtual device without its driver is no device: the disk, the network card or the balloon is simply not there.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.4' },
    { grade: 'specified', at: 'Virtual I/O Device (VIRTIO) 1.2, 5: device types' },
    { grade: 'documented', at: 'linux: drivers/virtio/virtio.c, uevent with MODALIAS=virtio:d…v… and DRIVER=' },
  ],
  intents: {},
  params: {},
  costs: ['A module in the initrd makes it larger.'],
  scope: { says: 'Linux guests', holds: ({ guest }) => runsSystem(guest, 'linux') },
  needs: {
    found: ({ guest }) => guest.inside.virtioDevices,
    expected: ({ guest }) => chainKnown(firstKnown(guest.live, known(guest.config)), virtioCount),
  },
  check({ found, expected }) {
    const wanted = expected.filter(({ count }) => count > 0);
    if (found.length === 0 && wanted.length === 0) return notApplicable('it has no virtio device');
    const loose = found.filter(({ driver }) => driver === undefined);
    const missing = wanted
      .map(one => ({ ...one, seen: found.filter(({ type }) => type === one.type).length }))
      .filter(({ seen, count }) => seen < count);
    if (loose.length === 0 && missing.length === 0) return good;
    const parts: readonly Part[] = [
      ...loose.map(one => ({ key: `type-${one.type}`, saw: `${one.name} has no driver: ${moduleOf(one)} is missing` })),
      ...missing.map(({ type, name, seen, count }) => ({
        key: `count-${type}`,
        saw: `${name}: ${count} in the XML, ${seen} seen in it`,
      })),
    ];
    const names = [...new Set(loose.map(moduleOf))];
    return bad(
      found.length === 0
        ? 'it sees none of its virtio devices'
        : ((parts.length === 1 ? parts[0]?.saw : undefined) ??
            `${parts.length} of its kinds of virtio devices are not in use`),
      {
        wants: 'a driver on every device of the virtio bus',
        parts,
        otherwise:
          loose.length > 0
            ? `In the guest: modprobe ${names.join(' ')}; for its boot: dracut -f --add-drivers "${names.join(' ')}" (Debian: a line each in /etc/initramfs-tools/modules, update-initramfs -u).`
            : 'In the guest: modprobe virtio_pci (virtio_mmio without PCI) and look at dmesg; a device that was plugged in may need: echo 1 > /sys/bus/pci/rescan.',
      },
    );
  },
  examples: [
    { name: 'every device has its driver', guest: { xml: '', inside: {} }, expect: 'good' },
    {
      name: 'a disk without driver',
      guest: { xml: '', inside: event(2, 'MODALIAS=virtio:d00000002v00001AF4') },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'no balloon in it', guest: { xml: '', inside: event(3, null) }, expect: 'bad' },
    { name: 'no device at all', guest: { xml: '', inside: noDevices }, expect: 'bad' },
    {
      name: 'nothing that is virtio',
      guest: {
        xml: "<devices><disk type='file'><source file='/g.raw'/><target dev='sda' bus='sata'/></disk><interface type='network'><source network='default'/><model type='e1000'/></interface><memballoon model='none'/></devices>",
        without: ['devices/rng'],
        inside: noDevices,
      },
      expect: 'not-applicable',
    },
    { name: 'an answer that is none', guest: { xml: '', inside: event(2, 'garbage') }, expect: 'unknown' },
    { name: 'an agent that was not asked', expect: 'unknown' },
  ],
});
