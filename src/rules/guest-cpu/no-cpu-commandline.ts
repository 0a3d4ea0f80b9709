import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const args = (...values: readonly string[]): string =>
  `<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;

/** The value of -cpu in the guide's sample. */
const printed = 'host,migratable=off,+invtsc';

export default defineRule({
  id: 'guest-cpu/no-cpu-commandline',
  subject: 'guest',
  guide: ['4.5.2.1'],
  severity: 'warning',
  says: 'The CPU of the guest is described in its XML, not in arguments of QEMU.',
  because:
    'A second -cpu overrides the one that libvirt wrote without libvirt knowing: the guest is marked tainted, and checks before start and migration judge a CPU that it does not have.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, CPU model and topology, migratable (6.5.0)' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: migratable=off and the feature invtsc give -cpu host,migratable=off,invtsc=on',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], libvirt: '>=6.5' },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'libvirt cannot pass migratable=off,+invtsc; use qemu:commandline.',
      truth: 'Since libvirt 6.5 the attribute migratable and a feature element give exactly that.',
      source: 'libvirt: formatdomain, CPU model and topology, migratable',
      errata: ['X28'],
      guideCheck: '-cpu host,migratable=off,+invtsc, as the guide prints it, passes; any other -cpu does not',
    },
  ],
  needs: {
    values: ({ guest }) => orAbsent(guest.config.qemuArguments),
    name: ({ guest }) => known(guest.name),
  },
  check({ values = [], name }, { policy }) {
    const at = values.findIndex(value => value === '-cpu' || value === '--cpu');
    if (at < 0) return good;
    const given = values[at + 1] ?? '';
    if (policy === 'guide' && given === printed) return good;
    return bad(`QEMU gets a second CPU behind libvirt: -cpu ${given}`, {
      wants: 'the cpu element alone',
      so: 'the guest is tainted, and libvirt checks a CPU that it does not have',
      otherwise: `Take -cpu out of qemu:commandline and say it in the cpu element: virsh edit ${name}; for host,migratable=off,+invtsc that is <cpu mode='host-passthrough' migratable='off'><feature policy='require' name='invtsc'/></cpu>.`,
    });
  },
  examples: [
    {
      name: "the guide's arguments",
      guest: args('-cpu', 'host,migratable=off,+invtsc'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: "the guide's arguments, by the letter of the guide",
      policy: 'guide',
      guest: args('-cpu', printed),
      expect: 'good',
    },
    {
      name: 'the same in the XML',
      guest: "<cpu mode='host-passthrough' migratable='off'><feature policy='require' name='invtsc'/></cpu>",
      expect: 'good',
    },
    { name: 'other arguments', guest: args('-no-user-config'), expect: 'good' },
    { name: 'libvirt 6.5', libvirt: { version: '6.5.0' }, guest: args('-cpu', 'host'), expect: 'bad' },
    {
      name: 'libvirt 6.4 has no other way',
      libvirt: { version: '6.4.0' },
      guest: args('-cpu', 'host'),
      expect: 'not-applicable',
    },
    {
      name: 'libvirt did not tell its version',
      libvirt: { version: '' },
      guest: args('-cpu', 'host'),
      expect: 'unknown',
    },
  ],
});
