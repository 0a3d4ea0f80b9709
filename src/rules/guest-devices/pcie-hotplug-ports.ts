import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const root = "<controller type='pci' index='0' model='pcie-root'/>";
const port = (index: number): string =>
  `<controller type='pci' index='${index}' model='pcie-root-port'><address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x${index % 8}'/></controller>`;
const nic = (bus: number): string =>
  `<interface type='network'><mac address='52:54:00:12:34:0${bus}'/><source network='default'/><model type='virtio'/><address type='pci' domain='0x0000' bus='0x0${bus}' slot='0x00' function='0x0'/></interface>`;
const devices = (...parts: readonly string[]): string => `<devices>${root}${parts.join('')}</devices>`;

export default defineRule({
  id: 'guest-devices/pcie-hotplug-ports',
  subject: 'guest',
  guide: [],
  beyond: 'on q35 a disk or interface is plugged into a port of its own, and a running guest gets no new ports',
  severity: 'hint',
  says: 'The guest has a free PCI Express port.',
  because:
    'Where nobody asks for more libvirt leaves one root port free. When that is taken the next device waits until the guest is off.',
  sources: [
    {
      grade: 'documented',
      at: 'libvirt: pci-hotplug, q35: slots of pcie-root do not support hotplug; one port is added, more must be asked for',
    },
    { grade: 'documented', at: 'QEMU: docs/pcie.txt, 4. Hot-plug: an empty root port for each device' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { latency: { level: 'neutral' }, hpc: { level: 'neutral' } },
  params: { least: { default: 1, unit: 'free ports', why: 'one device can be added at any time' } },
  costs: ['Each port takes a bus number and a little address space.'],
  needs: {
    os: ({ guest }) => guest.config.os,
    controllers: ({ guest }) => orAbsent(guest.config.controllers),
    buses: ({ guest }) => orAbsent(guest.config.pciBuses),
    name: ({ guest }) => known(guest.name),
  },
  check({ os, controllers = [], buses = [], name }, { params }) {
    if (os.machine === undefined) return undecided('the machine type was not told', `virsh dumpxml ${name}`);
    if (!/^(?:pc-q35|q35|virt)(?:-|$)/.test(os.machine)) return notApplicable(`${os.machine} has no PCI Express ports`);
    const ports = controllers.flatMap(({ type, model, index }) =>
      type === 'pci' && index !== undefined && (model === 'pcie-root-port' || model === 'pcie-switch-downstream-port')
        ? [index]
        : [],
    );
    if (buses.length === 0) return notApplicable('libvirt has not placed its devices yet');
    const taken = new Set(buses);
    const free = ports.filter(index => !taken.has(index)).length;
    if (free >= params.least) return good;
    const last = Math.max(0, ...controllers.map(({ type, index = 0 }) => (type === 'pci' ? index : 0)));
    return bad(`${free === 0 ? 'none' : `${free}`} of its ${ports.length} PCI Express ports is free`, {
      wants: `at least ${params.least}`,
      so: 'a disk or interface more needs a stop of the guest',
      fix: [
        editPlaces(
          name,
          Array.from({ length: params.least - free }, (_, at) => {
            const index = last + 1 + at;
            return [
              `devices/controller[@type='pci'][@index='${index}']`,
              undefined,
              `<controller type='pci' index='${index}' model='pcie-root-port'/>`,
            ];
          }),
        ),
      ],
    });
  },
  examples: [
    { name: 'all are taken', guest: devices(port(1), port(2), nic(1), nic(2)), expect: 'bad', severity: 'hint' },
    { name: 'one is free', guest: devices(port(1), port(2), nic(1)), expect: 'good' },
    { name: 'a definition without addresses', expect: 'not-applicable' },
    { name: 'i440fx', guest: "<os><type machine='pc-i440fx-8.2'>hvm</type></os>", expect: 'not-applicable' },
    { name: 'no machine type', guest: '<os><type>hvm</type></os>', expect: 'unknown' },
  ],
});
