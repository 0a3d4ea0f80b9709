import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const custom = (attributes: string, inside: string): string => `<cpu mode='custom' ${attributes}>${inside}</cpu>`;
const model = "<model fallback='forbid'>Icelake-Server</model>";

/** Models that every 64-bit x86 CPU can run under KVM. */
const everywhere = new Set(['kvm64', 'kvm32']);
/** What lets a guest with a named model get another CPU on another host; libvirt: formatdomain, cpu/@match, @check, feature/@policy. */
const faults = {
  match: ['match minimum: it gets whatever each host has beyond the model', "match='exact'"],
  check: ['check none: no host looks whether it can give it all', "check='partial'"],
  fallback: ['fallback allow: a host that lacks the model takes a lesser one', "fallback='forbid'"],
  force: ['a feature with policy force: it is shown on hosts that have it not', "policy='require'"],
} as const;

export default defineRule({
  id: 'migration/cpu-baseline',
  subject: 'guest',
  guide: ['4.5.2.3'],
  severity: 'warning',
  says: 'A guest that is to migrate has one CPU, the same on every host, which all of them can give it.',
  because:
    'A program asks once what the CPU can do; so libvirt keeps the CPU of the start through every migration, and lets the guest go only where all of it can be had.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.3: a baseline of all hosts' },
    {
      grade: 'documented',
      at: 'libvirt: virsh(1), hypervisor-cpu-baseline --migratable (4.4.0), hypervisor-cpu-compare',
    },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, cpu/@match, @check (3.2.0: at start it becomes what keeps the CPU the same through a migration), model/@fallback, feature/@policy',
    },
    {
      grade: 'measured',
      at: 'libvirt 9.0: cpu-baseline of capabilities gives Broadwell, hypervisor-cpu-baseline of domcapabilities kvm64, for one host',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'must', want: 'a baseline model of all hosts' } },
  params: {},
  costs: ['What only the newer hosts have. The guest is stopped once for another CPU.'],
  departs: [
    {
      guideSays:
        'virsh capabilities >> all-hosts-cpu-caps.xml on each host, then virsh cpu-baseline all-hosts-caps.xml.',
      truth:
        'The two names differ, and >> on each host makes one file on each, which has to be joined. capabilities describe the host, not what QEMU gives a guest: since libvirt 4.4 take virsh domcapabilities of each host and hypervisor-cpu-baseline --migratable.',
      source: 'libvirt: virsh(1), hypervisor-cpu-baseline',
      errata: ['X29'],
      guideSame: 'what the guest should have is the same, only the way to find it differs',
    },
  ],
  needs: { cpu: ({ guest }) => orAbsent(guest.config.cpu), name: ({ guest }) => known(guest.name) },
  check({ cpu, name }) {
    const mode = cpu?.mode ?? 'custom';
    if (mode === 'host-passthrough' || mode === 'maximum')
      return notApplicable('the host’s own CPU is judged by migration/host-passthrough');
    const compare = `On each host: virsh domcapabilities > HOST.xml; join them; virsh hypervisor-cpu-baseline --migratable ALL.xml gives the <cpu> that all have; virsh hypervisor-cpu-compare g.xml on each must say identical or superset.`;
    if (mode === 'host-model')
      return undecided('whether every host can give the CPU of the one that it starts on', compare);
    if (cpu?.model === undefined) return notApplicable('no model is named: guest-cpu/model-not-default');
    const forced = cpu.features.flatMap(({ name: feature, policy }) => (policy === 'force' ? [feature] : []));
    const found = [
      ...(cpu.match === 'minimum' ? [faults.match] : []),
      ...(cpu.check === 'none' ? [faults.check] : []),
      ...(cpu.modelFallback === 'allow' ? [faults.fallback] : []),
      ...(forced.length > 0 ? [faults.force] : []),
    ];
    const [first] = found;
    if (first === undefined && everywhere.has(cpu.model) && cpu.features.length === 0) return good;
    // that this host can run the model is judged by guest-cpu/model-usable; what the others can, they alone tell
    if (first === undefined) return undecided(`whether every host can run the model ${cpu.model}`, compare);
    return bad(`its CPU may differ from host to host: ${first[0]}`, {
      wants: found.map(([, wanted]) => wanted).join(', '),
      so: 'which CPU it has depends on the host that it starts on, and to one that can do less it does not get',
      parts: found.map(([saw, wanted]) => ({ key: wanted, saw })),
      fix: [
        editPlaces(name, [
          ...(cpu.match === 'minimum' ? [['cpu/@match', 'minimum', 'exact'] as const] : []),
          ...(cpu.check === 'none' ? [['cpu/@check', 'none', 'partial'] as const] : []),
          ...(cpu.modelFallback === 'allow' ? [['cpu/model/@fallback', 'allow', 'forbid'] as const] : []),
          ...forced.map(feature => [`cpu/feature[@name='${feature}']/@policy`, 'force', 'require'] as const),
        ]),
      ],
      otherwise: `Whether every host can give that CPU they tell themselves. ${compare}`,
    });
  },
  examples: [
    {
      name: 'whatever the host has more',
      guest: custom("match='minimum'", model),
      intents: ['migratable'],
      expect: 'bad',
    },
    { name: 'not checked', guest: custom("match='exact' check='none'", model), intents: ['migratable'], expect: 'bad' },
    {
      name: 'forced',
      guest: custom("match='exact'", `${model}<feature policy='force' name='avx512f'/>`),
      intents: ['migratable'],
      expect: 'bad',
    },
    {
      name: 'a baseline model: the other hosts decide',
      guest: custom("match='exact' check='partial'", model),
      intents: ['migratable'],
      expect: 'unknown',
    },
    {
      name: 'a model that every host has',
      guest: custom("match='exact' check='partial'", "<model fallback='forbid'>kvm64</model>"),
      intents: ['migratable'],
      expect: 'good',
    },
    { name: 'host-model: the other hosts decide', intents: ['migratable'], expect: 'unknown' },
    {
      name: 'host-passthrough',
      guest: "<cpu mode='host-passthrough'/>",
      intents: ['migratable'],
      expect: 'not-applicable',
    },
    { name: 'a guest that stays', expect: 'not-applicable' },
  ],
});
