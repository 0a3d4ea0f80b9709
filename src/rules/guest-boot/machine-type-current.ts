import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Severity, undecided } from '#check/verdict';
import { guestSystem } from '#model/derived/guest-system';
import { newestOf, offeredMachines, readMachineType } from '#model/derived/machine-type';
import { ifKnown, known } from '#model/known';

const machine = (name: string): string => `<os><type arch='x86_64' machine='${name}'>hvm</type></os>`;
const offering = (...names: readonly string[]): { readonly capabilities: string } => ({
  capabilities: `<capabilities><host><cpu><arch>x86_64</arch></cpu></host><guest><os_type>hvm</os_type><arch name='x86_64'>${names.map(name => `<machine maxCpus='288'>${name}</machine>`).join('')}<machine canonical='${names[0] ?? ''}' maxCpus='288'>q35</machine><domain type='kvm'/></arch></guest></capabilities>`,
});
const many = offering('pc-q35-8.2', 'pc-q35-8.1', 'pc-q35-7.2', 'pc-q35-6.2', 'pc-q35-4.2');

export default defineRule({
  id: 'guest-boot/machine-type-current',
  subject: 'guest',
  guide: ['6.5'],
  severity: 'hint',
  says: 'The machine type is the newest that the host offers.',
  because:
    'A machine type freezes the virtual hardware at one version of QEMU: newer features and defaults reach the guest only with a newer one.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.5' },
    { grade: 'measured', at: 'libvirt 9.0: an alias such as q35 is stored as the name that it stands for' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    general: { level: 'should', want: 'newest' },
    migratable: { level: 'neutral', want: 'the oldest that all hosts offer, by its full name' },
  },
  params: { majors: { default: 2, unit: 'major versions', why: 'behind by as many it is worth an appointment' } },
  costs: [
    'The guest cannot migrate to a host with an older QEMU any more.',
    'It sees other hardware: Windows may ask to be activated.',
  ],
  needs: {
    os: ({ guest }) => guest.config.os,
    offered: ({ guest, host }) => offeredMachines(guest, host.libvirt),
    system: ({ guest }) => ifKnown(guestSystem(guest)),
    guest: ({ guest }) => known(guest.name),
  },
  check({ os, offered, system, guest }, { intents, params }) {
    const { machine: name } = os;
    if (name === undefined) return notApplicable('it names no machine type');
    const found = offered.find(one => one.name === name);
    if (found === undefined || found.isDeprecated)
      return notApplicable('guest-boot/machine-type-deprecated judges what is deprecated or gone');
    const { family, version } = readMachineType(name);
    const isAlias = found.canonical !== name;
    const edit = (to: string): ReturnType<typeof editDomain> =>
      editDomain(guest, [{ path: 'os/type/@machine', content: name }], [{ path: 'os/type/@machine', content: to }]);
    if (intents.includes('migratable')) {
      if (!isAlias) return notApplicable('a guest that migrates has the oldest machine type that all its hosts offer');
      return bad(`its machine type ${name} is another one on each version of QEMU`, {
        severity: 'warning',
        wants: `a full name that all hosts offer, here ${found.canonical}`,
        fix: [edit(found.canonical)],
      });
    }
    if (isAlias) return good;
    const newest = newestOf(name, offered);
    if (family === undefined || version === undefined || newest?.version === undefined)
      return undecided(`machine type ${name} has no version to compare`, 'virsh capabilities');
    if (newest.canonical === name) return good;
    const majors = newest.version.numbers[0] - version.numbers[0];
    const severity: Severity = majors >= params.majors ? 'hint' : 'info';
    return bad(`its machine type ${name} is older than ${newest.canonical}`, {
      severity,
      wants: newest.canonical,
      ...(system === 'windows'
        ? {
            otherwise: `Take a backup first (virsh snapshot-create-as ${guest} --disk-only --atomic), then virsh edit ${guest}: machine='${newest.canonical}'.`,
          }
        : { fix: [edit(newest.canonical)] }),
    });
  },
  examples: [
    {
      name: 'four majors behind',
      guest: machine('pc-q35-4.2'),
      libvirt: many,
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'two majors', guest: machine('pc-q35-6.2'), libvirt: many, expect: 'bad', severity: 'hint' },
    { name: 'one major', guest: machine('pc-q35-7.2'), libvirt: many, expect: 'bad', severity: 'info' },
    { name: 'one minor', guest: machine('pc-q35-8.1'), libvirt: many, expect: 'bad', severity: 'info' },
    { name: 'the newest', guest: machine('pc-q35-8.2'), libvirt: many, expect: 'good' },
    {
      name: 'an alias in a file, to be migrated',
      guest: machine('q35'),
      libvirt: many,
      intents: ['migratable'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'an alias', guest: machine('q35'), libvirt: many, expect: 'good' },
    {
      name: 'an old one, to be migrated',
      guest: machine('pc-q35-4.2'),
      libvirt: many,
      intents: ['migratable'],
      expect: 'not-applicable',
    },
    {
      name: 'of a vendor, among its own kind',
      guest: machine('pc-q35-rhel8.6.0'),
      libvirt: offering('pc-q35-rhel9.4.0', 'pc-q35-rhel8.6.0'),
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'named by a word',
      guest: machine('pc-q35-jammy'),
      libvirt: offering('pc-q35-noble', 'pc-q35-jammy'),
      expect: 'unknown',
    },
    { name: 'one that is gone', guest: machine('pc-q35-2.4'), libvirt: many, expect: 'not-applicable' },
  ],
});
