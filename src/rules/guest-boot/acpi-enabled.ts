import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { guestSystem } from '#model/derived/guest-system';
import { ifKnown, known, orAbsent } from '#model/known';

const arm = (attributes = ''): string =>
  `<os ${attributes}><type arch='aarch64' machine='virt-8.2'>hvm</type></os><features><gic version='3'/></features>`;
const windows =
  "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/2k22'/></libosinfo:libosinfo></metadata>";

export default defineRule({
  id: 'guest-boot/acpi-enabled',
  subject: 'guest',
  guide: ['7.1'],
  severity: 'warning',
  says: 'The guest has ACPI.',
  because:
    'Without ACPI virsh shutdown presses a button that the guest has not: it is cut off when the host goes down, and nothing can be plugged in.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.1' },
    { grade: 'measured', at: 'libvirt 9.0: a guest without <features> is started with -no-acpi' },
    { grade: 'documented', at: 'libvirt: src/qemu/qemu_validate.c: ACPI requires UEFI on aarch64' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['A Windows that was installed without ACPI has to be repaired or installed anew.'],
  departs: [
    {
      guideSays: 'Check with virsh dumpxml | grep acpi; for Windows see KB309283.',
      truth:
        'grep also finds <acpi index=…/> of an interface and ACPI tables; what counts is features/acpi. The article is for Windows XP and 2003.',
      source: 'measured with libvirt 9.0',
      errata: ['X47'],
      guideSame: 'features/acpi decides by the guide as well; only its way to look for it finds too much',
    },
  ],
  needs: {
    features: ({ guest }) => orAbsent(guest.config.features),
    os: ({ guest }) => orAbsent(guest.config.os),
    vcpus: ({ guest }) => ifKnown(guest.config.vcpus),
    system: ({ guest }) => ifKnown(guestSystem(guest)),
    hostArchitecture: ({ host }) => ifKnown(host.architecture),
    guest: ({ guest }) => known(guest.name),
  },
  check({ features, os, vcpus, system, hostArchitecture, guest }) {
    const architecture = os?.architecture ?? hostArchitecture ?? 'x86_64';
    const isX86 = /^(?:x86_64|i[3-6]86)$/.test(architecture);
    const hasUefi = os?.firmware === 'efi' || os?.loader?.type === 'pflash';
    if (!isX86 && architecture !== 'aarch64') return notApplicable(`${architecture} has no ACPI here`);
    if (!isX86 && !hasUefi) return notApplicable('on aarch64 ACPI needs UEFI');
    if (os?.machine === 'microvm') return notApplicable('machine type microvm does without ACPI');
    if (features?.acpi) return good;
    const isGrave = system === 'windows' && (vcpus?.max ?? 1) > 1;
    const added =
      features === undefined
        ? [{ path: 'features', content: `<features><acpi/>${isX86 ? '<apic/>' : ''}</features>` }]
        : [
            { path: 'features/acpi', content: '<acpi/>' },
            ...(isX86 && !features.apic ? [{ path: 'features/apic', content: '<apic/>' }] : []),
          ];
    return bad('it has no ACPI', {
      severity: isGrave ? 'error' : 'warning',
      wants: '<acpi/> among its features',
      so: isGrave
        ? 'this Windows sees one of its vCPUs, and is cut off at each shutdown'
        : 'virsh shutdown has no effect on it',
      fix: [
        editDomain(
          guest,
          added.map(({ path }) => ({ path, content: undefined })),
          added,
        ),
      ],
    });
  },
  examples: [
    {
      name: 'no features at all',
      guest: { xml: '', without: ['features'] },
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'ACPI', expect: 'good' },
    {
      name: 'an ACPI index of an interface is no ACPI',
      guest:
        "<features><pae/></features><devices><interface type='network'><source network='default'/><model type='virtio'/><acpi index='3'/></interface></devices>",
      expect: 'bad',
    },
    {
      name: 'Windows with two vCPUs',
      guest: `${windows}<features><apic/></features>`,
      expect: 'bad',
      severity: 'error',
    },
    { name: 'ARM without UEFI', guest: arm(), expect: 'not-applicable' },
    { name: 'ARM with UEFI', guest: arm("firmware='efi'"), expect: 'bad' },
    {
      name: 's390x',
      guest: "<os><type arch='s390x' machine='s390-ccw-virtio-8.2'>hvm</type></os><features/>",
      expect: 'not-applicable',
    },
    { name: 'a system that cannot be told', guest: '<os><type/></os>', expect: 'unknown' },
  ],
});
