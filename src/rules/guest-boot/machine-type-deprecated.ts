import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { guestSystem } from '#model/derived/guest-system';
import { newestOf, offeredMachines } from '#model/derived/machine-type';
import { ifKnown, known } from '#model/known';

const machine = (name: string): string => `<os><type arch='x86_64' machine='${name}'>hvm</type></os>`;
const capabilities = `<capabilities><host><cpu><arch>x86_64</arch></cpu></host><guest><os_type>hvm</os_type><arch name='x86_64'>
  <machine maxCpus='255' deprecated='yes'>pc-i440fx-2.3</machine><machine maxCpus='255'>pc-i440fx-8.2</machine><machine canonical='pc-i440fx-8.2' maxCpus='255'>pc</machine>
  <machine maxCpus='288'>pc-q35-8.2</machine><domain type='kvm'/></arch></guest></capabilities>`;

export default defineRule({
  id: 'guest-boot/machine-type-deprecated',
  subject: 'guest',
  guide: ['6.5'],
  severity: 'warning',
  says: 'QEMU offers the machine type of the guest, and will go on to.',
  because:
    'A machine type is marked as deprecated after three years and deleted after six: then the guest no longer starts, and nothing has been tested.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.5' },
    {
      grade: 'documented',
      at: 'QEMU: about/deprecated.rst, versioned machine types (9.1); about/removed-features.rst',
    },
    { grade: 'measured', at: 'QEMU 7.2, libvirt 9.0: capabilities mark pc-i440fx-1.4 to 1.7 deprecated' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [
    'The guest sees other hardware: Windows may ask to be activated, and there is no way back for a live migration.',
  ],
  departs: [
    {
      guideSays: 'Old machine types stay supported for compatibility.',
      truth: 'Versioned types are deprecated after three years and deleted after six (QEMU 9.1).',
      source: 'QEMU: about/deprecated.rst',
      errata: ['X46'],
      guideCheck: 'no machine type that QEMU offers is a finding',
    },
  ],
  needs: {
    os: ({ guest }) => guest.config.os,
    offered: ({ guest, host }) => offeredMachines(guest, host.libvirt),
    system: ({ guest }) => ifKnown(guestSystem(guest)),
    guest: ({ guest }) => known(guest.name),
  },
  check({ os, offered, system, guest }, { policy }) {
    const { machine: name } = os;
    if (name === undefined) return notApplicable('it names no machine type');
    const found = offered.find(one => one.name === name);
    if (found !== undefined && (!found.isDeprecated || policy === 'guide')) return good;
    const newest = newestOf(name, offered);
    const wanted = newest?.canonical;
    const gone = found === undefined;
    return bad(
      gone
        ? `its machine type ${name} is none that this QEMU offers`
        : `its machine type ${name} is deprecated and will be deleted`,
      {
        severity: gone ? 'error' : 'warning',
        ...(wanted === undefined ? {} : { wants: wanted }),
        so: gone ? 'it does not start' : 'it will not start after an upgrade of QEMU',
        ...(wanted === undefined || system === 'windows'
          ? {
              otherwise:
                wanted === undefined
                  ? `Choose another family: virsh capabilities lists the machine types; then virsh edit ${guest}.`
                  : `Take a backup first (virsh snapshot-create-as ${guest} --disk-only --atomic), then virsh edit ${guest}: machine='${wanted}'.`,
            }
          : {
              fix: [
                editDomain(
                  guest,
                  [{ path: 'os/type/@machine', content: name }],
                  [{ path: 'os/type/@machine', content: wanted }],
                ),
              ],
            }),
      },
    );
  },
  examples: [
    {
      name: 'deprecated',
      guest: machine('pc-i440fx-2.3'),
      libvirt: { capabilities },
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'the newest', guest: machine('pc-q35-8.2'), libvirt: { capabilities }, expect: 'good' },
    {
      name: 'deleted',
      guest: machine('pc-i440fx-1.7'),
      libvirt: { capabilities },
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    {
      name: 'of another vendor',
      guest: machine('pc-q35-rhel8.2.0'),
      libvirt: { capabilities },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'deprecated, by the letter of the guide',
      guest: machine('pc-i440fx-2.3'),
      libvirt: { capabilities },
      policy: 'guide',
      expect: 'good',
    },
    { name: 'no machine type', guest: "<os><type arch='x86_64'>hvm</type></os>", expect: 'not-applicable' },
    {
      name: 'an architecture that libvirt does not speak of',
      guest: "<os><type arch='riscv64' machine='virt'>hvm</type></os>",
      expect: 'unknown',
    },
  ],
});
