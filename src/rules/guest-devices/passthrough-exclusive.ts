import { defineRule } from '#check/define-rule';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { deviceConflicts, givenDevices } from '#model/derived/host-devices';
import { asFact } from '#model/known';

const pci = (bus: string): string =>
  `<devices><hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x${bus}' slot='0x00' function='0x0'/></source></hostdev></devices>`;
const lun = (more: string): string =>
  `<devices><hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='1' unit='2'/></source>${more}</hostdev></devices>`;
const withoutIommu = referenceLibvirt.capabilities.replace("<iommu support='yes'/>", "<iommu support='no'/>");

export default defineRule({
  id: 'guest-devices/passthrough-exclusive',
  subject: 'guest',
  guide: ['4.3.3'],
  severity: 'error',
  says: 'Each passed-through device belongs to one guest, and an IOMMU stands before it.',
  because:
    'A device that is passed through is one guest’s alone: the second guest that wants it does not start, and without an IOMMU none does.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.3: assigned devices cannot be shared' },
    { grade: 'documented', at: 'linux: driver-api/vfio.rst, groups, devices, and IOMMUs' },
    { grade: 'documented', at: 'libvirt: formatdomain, hostdev; shareable (SCSI)' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['One of the guests must do without the device, or take a virtual function of it.'],
  needs: {
    given: ({ guest }) => givenDevices(guest.config),
    conflicts: ({ guest, guests }) => asFact(deviceConflicts(guest, guests)),
    capabilities: ({ host }) => asFact(host.libvirt.capabilities),
  },
  check({ given, conflicts, capabilities }) {
    if (given.length === 0) return notApplicable('no device of the host is passed through');
    const pciDevice = given.find(({ name }) => name.startsWith('pci '));
    if (pciDevice !== undefined && capabilities.state === 'known' && capabilities.value.hasIommu === false) {
      return bad(`${pciDevice.name} is passed through, and the host has no IOMMU in use`, {
        wants: 'an IOMMU that is on',
        so: 'the guest does not start',
        evidence: [pciDevice.at, ...capabilities.evidence],
        otherwise:
          'Switch on VT-d or AMD-Vi in the firmware, add intel_iommu=on iommu=pt (Intel) or iommu=pt (AMD) to GRUB_CMDLINE_LINUX_DEFAULT, run grub2-mkconfig, reboot.',
      });
    }
    if (conflicts.state === 'unknown') return undecided(conflicts.reason, conflicts.remedy);
    const [first, ...more] = conflicts.state === 'known' ? conflicts.value : [];
    if (first !== undefined) {
      return bad(`its ${first.name} is also given to ${first.others.join(', ')}`, {
        wants: 'each device in one guest',
        so: 'the guest that starts second does not start',
        parts: [first, ...more].map(({ name, others, at }) => ({
          key: name,
          saw: `also given to ${others.join(', ')}`,
          evidence: [at],
        })),
        otherwise:
          'Take the hostdev element out of all guests but one (virsh edit), or give each a virtual function (SR-IOV).',
      });
    }
    if (pciDevice === undefined) return good;
    if (capabilities.state === 'unknown') return undecided(capabilities.reason, capabilities.remedy);
    return good;
  },
  examples: [
    { name: 'one card in two guests', guest: pci('01'), others: [pci('01')], expect: 'bad', severity: 'error' },
    { name: 'a card each', guest: pci('01'), others: [pci('02')], expect: 'good' },
    {
      name: 'the other guest is off and stays off',
      guest: pci('01'),
      others: [{ xml: pci('01'), isRunning: false }],
      expect: 'good',
    },
    { name: 'no IOMMU', guest: pci('01'), libvirt: { capabilities: withoutIommu }, expect: 'bad' },
    { name: 'a SCSI unit that both share', guest: lun('<shareable/>'), others: [lun('<shareable/>')], expect: 'good' },
    { name: 'a SCSI unit that one claims alone', guest: lun('<shareable/>'), others: [lun('')], expect: 'bad' },
    { name: 'nothing passed through', expect: 'not-applicable' },
    {
      name: 'another guest cannot be read',
      guest: pci('01'),
      others: ["<devices><hostdev type='pci'><source><address slot='0x99'/></source></hostdev></devices>"],
      expect: 'unknown',
    },
  ],
});
