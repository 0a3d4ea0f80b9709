import { editPlaces } from '#change/recipes/edit-places';
import { hostCpuEdits, isNoRealCpu } from '#change/recipes/host-cpu-edits';
import { x86Edits } from '#change/recipes/x86-64-edits';
import { defineRule } from '#check/define-rule';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { bad, good, notApplicable } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const guest = (type: string, architecture = 'x86_64'): string =>
  `<domain type='${type}'><name>g1</name><memory unit='GiB'>1</memory><vcpu>1</vcpu><os><type arch='${architecture}'>hvm</type></os><devices/></domain>`;
const withoutKvm = referenceLibvirt.capabilities.replace("<domain type='kvm'/>", '');

/** Architectures of which a host runs each other's guests with KVM. */
const familyOf = (architecture: string): string =>
  architecture
    .replace(/^(?:i[3-6]86|x86_64)$/, 'x86')
    .replace(/^(?:armv\d\w*|aarch64)$/, 'arm')
    .replace(/^ppc64(?:le)?$/, 'ppc');

export default defineRule({
  id: 'libvirt-hygiene/kvm-acceleration',
  subject: 'guest',
  guide: [],
  beyond: 'a guest of type qemu runs ten to fifty times slower, and nothing says so',
  severity: 'error',
  says: 'The guest runs on the CPU through KVM, not in QEMU’s interpreter.',
  because: 'Without KVM QEMU translates each instruction: ten to fifty times slower, and supported by no vendor.',
  sources: [
    { grade: 'documented', at: 'SUSE: Virtualization limits and support, TCG is not supported' },
    { grade: 'documented', at: 'libvirt: formatdomain, domain/@type; formatcaps, guest/arch/domain' },
    { grade: 'measured', at: 'libvirt 9.0, QEMU 7.2: “Could not access KVM kernel module: Permission denied”' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['The guest sees another CPU at its next start.'],
  needs: {
    type: ({ guest: { config } }) => config.type,
    os: ({ guest: { config } }) => config.os,
    capabilities: ({ host }) => host.libvirt.capabilities,
    emulator: ({ guest: { config } }) => ifKnown(config.emulator),
    cpu: ({ guest: { config } }) => orAbsent(config.cpu),
    host: ({ host }) => ifKnown(host.architecture),
    name: ({ guest: one }) => known(one.name),
  },
  check({ type, os, capabilities, emulator, cpu, host, name }) {
    const architecture = os.architecture ?? capabilities.architecture ?? 'x86_64';
    const offers = capabilities.guests.filter(one => one.architecture === architecture && one.osType === os.type);
    const hasKvm = offers.some(one => one.domainTypes.includes('kvm'));
    if (type === 'kvm') {
      if (hasKvm) return good;
      const own = capabilities.architecture;
      if (own !== undefined && familyOf(own) !== familyOf(architecture)) {
        return bad(`it is of type kvm and for ${architecture}, and this host is ${own}`, {
          wants: `a host of ${architecture}, or type qemu`,
          so: 'it does not start: KVM runs guests of the host’s own architecture only',
          otherwise: `Define it on a host of ${architecture}; for trials here virsh edit ${name}: type='qemu', which is ten to fifty times slower.`,
        });
      }
      if (capabilities.guests.some(one => one.domainTypes.includes('xen'))) {
        return bad('it is of type kvm, and this host runs Xen', {
          wants: 'a KVM host, or type xen',
          so: 'it does not start here',
          otherwise:
            'Define it on a KVM host, or convert it (virt-v2v); KVM is there only where the host boots without Xen.',
        });
      }
      return bad(`libvirt offers no KVM for ${architecture} on this host, and its type is kvm`, {
        wants: '/dev/kvm that the QEMU user may open',
        so: 'it does not start: “Could not access KVM kernel module”',
        otherwise:
          'Switch on VT-x or SVM in the firmware; modprobe kvm_intel or kvm_amd; ls -l /dev/kvm must show group kvm, mode 0660; then restart the libvirt daemon. virt-host-validate qemu tells what is missing.',
      });
    }
    if (!hasKvm) return notApplicable(`KVM runs no ${architecture} guest on this host`);
    return bad(`it is of type ${type}: QEMU interprets its instructions, though KVM is there`, {
      wants: 'type kvm',
      so: 'it runs ten to fifty times slower',
      fix: [
        editPlaces(name, [
          ['@type', type, 'kvm'],
          // what KVM runs is to be sound as well: the 64-bit QEMU, and a CPU that there is
          ...(host === 'x86_64' ? x86Edits(emulator, os.architecture) : []),
          ...(host === 'x86_64' && isNoRealCpu(cpu) ? hostCpuEdits(cpu, 'host-model') : []),
        ]),
      ],
    });
  },
  examples: [
    { name: 'type qemu where KVM is', guest: guest('qemu'), expect: 'bad', severity: 'error', fixes: ['domain-xml'] },
    { name: 'type kvm', expect: 'good' },
    { name: 'a foreign architecture', guest: guest('qemu', 'aarch64'), expect: 'not-applicable' },
    { name: 'type kvm for another architecture', guest: guest('kvm', 'aarch64'), expect: 'bad', fixes: [] },
    {
      name: 'type kvm on a Xen host',
      libvirt: { capabilities: withoutKvm.replace("<domain type='qemu'/>", "<domain type='xen'/>") },
      expect: 'bad',
      fixes: [],
    },
    { name: 'type kvm where KVM is not', libvirt: { capabilities: withoutKvm }, expect: 'bad', fixes: [] },
    {
      name: 'type qemu where KVM is not',
      guest: guest('qemu'),
      libvirt: { capabilities: withoutKvm },
      expect: 'not-applicable',
    },
    { name: 'a Xen guest', guest: guest('xen'), expect: 'not-applicable' },
    { name: 'an architecture that cannot be told', guest: '<os><type/></os>', expect: 'unknown' },
  ],
});
