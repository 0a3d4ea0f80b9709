import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { asFact, orAbsent } from '#model/known';
import { isInRange } from '#units/version';

const hostdevs = (count: number, driver = ''): string =>
  `<devices>${[...Array(count).keys()]
    .map(
      slot =>
        `<hostdev mode='subsystem' type='pci' managed='yes'>${driver}<source><address domain='0x0000' bus='0x01' slot='0x${slot.toString(16)}' function='0x0'/></source></hostdev>`,
    )
    .join('')}</devices>`;
const legacy = "<driver name='kvm'/>";

export default defineRule({
  id: 'guest-devices/passthrough-count',
  subject: 'guest',
  guide: ['4.3.3'],
  severity: 'info',
  says: 'No more PCI devices are passed through than the guest has slots and its vendor supports.',
  because:
    'Each device takes a slot or port of the guest, an IOMMU group and locked memory of the host; vendors support a small number.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.3: the limit is 8 devices a guest' },
    {
      grade: 'documented',
      at: 'Red Hat Enterprise Linux 6, Virtualization Host Configuration, PCI device restrictions',
    },
    { grade: 'documented', at: 'libvirt: NEWS 5.7.0, support for KVM device assignment removed' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: { most: { default: 8, unit: 'devices', why: 'what vendors support; VFIO itself has no such limit' } },
  costs: ['The guest loses the speed of the devices that are taken away.'],
  departs: [
    {
      guideSays: 'A guest can have at most 8 passed-through PCI devices.',
      truth:
        'That was the limit of KVM’s own device assignment, which Linux 4.12 and libvirt 5.7 removed; VFIO is bounded by slots, IOMMU groups and locked memory.',
      source: 'libvirt: NEWS 5.7.0',
      errata: ['X25'],
      guideCheck: 'more than 8 is an error with VFIO, too',
    },
  ],
  needs: {
    devices: ({ guest }) => orAbsent(guest.config.hostDevices),
    nics: ({ guest }) => orAbsent(guest.config.nics),
    disks: ({ guest }) => orAbsent(guest.config.disks),
    libvirt: ({ host }) => asFact(host.libvirt.version),
  },
  check({ devices = [], nics = [], disks = [], libvirt }, { params, policy }) {
    const pci = devices.filter(device => device.type === 'pci');
    const cards = nics.filter(nic => nic.type === 'hostdev');
    const drives = disks.filter(disk => disk.type === 'nvme');
    const count = pci.length + cards.length + drives.length;
    if (count === 0) return notApplicable('no PCI device is passed through');
    if (count <= params.most) return good;
    const isLegacy =
      pci.some(device => device.driver === 'kvm') && (libvirt.state !== 'known' || isInRange(libvirt.value, '<5.7'));
    return bad(`${count} PCI devices are passed through`, {
      severity: isLegacy || policy === 'guide' ? 'error' : 'info',
      wants: `at most ${params.most}`,
      so: isLegacy
        ? 'KVM’s own device assignment takes no more, and the guest does not start'
        : 'the vendor may not support it, and each needs a slot, an IOMMU group and locked memory',
      evidence: [...pci, ...cards, ...drives].slice(0, 3).map(({ at }) => at),
      otherwise:
        'Ask the vendor’s support statement; else pass through fewer devices, or several functions as one: virtual functions of one card behind a bridge in the guest.',
    });
  },
  examples: [
    { name: 'nine devices over VFIO', guest: hostdevs(9), expect: 'bad', severity: 'info' },
    { name: 'four', guest: hostdevs(4), expect: 'good' },
    {
      name: 'nine, assigned by KVM itself, libvirt 5.6',
      guest: hostdevs(9, legacy),
      libvirt: { version: '5.6.0' },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'the same XML with libvirt 5.7, which has only VFIO',
      guest: hostdevs(9, legacy),
      libvirt: { version: '5.7.0' },
      expect: 'bad',
      severity: 'info',
    },
    { name: 'nine, by the letter of the guide', guest: hostdevs(9), policy: 'guide', expect: 'bad', severity: 'error' },
    { name: 'none', expect: 'not-applicable' },
    {
      name: 'an address that is none',
      guest: "<devices><hostdev type='pci'><source><address slot='0x99'/></source></hostdev></devices>",
      expect: 'unknown',
    },
  ],
});
