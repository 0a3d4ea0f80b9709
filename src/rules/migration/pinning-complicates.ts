import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const pins = "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/></cputune>";

export default defineRule({
  id: 'migration/pinning-complicates',
  subject: 'guest',
  guide: ['4.5.2.2', '4.5.2.3'],
  severity: 'info',
  says: 'A guest that is to migrate is not pinned to CPUs of this host.',
  because:
    'Pins name CPUs of this host; where the target has none of that number, or in another place, the guest fails or runs badly.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.2 and 4.5.2.3' },
    { grade: 'documented', at: 'libvirt: virsh(1), migrate --xml, --persistent-xml' },
  ],
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'should' } },
  params: {},
  costs: ['Without pins the guest loses the locality of its caches and its memory.'],
  departs: [
    {
      guideSays: 'Pinning can keep a guest from migrating.',
      truth: 'virsh migrate --xml and --persistent-xml carry translated pins; the guide does not name them.',
      source: 'libvirt: virsh(1), migrate',
      errata: ['X62'],
      guideSame: 'the guide warns of the same guests and leaves out the way around',
    },
  ],
  needs: {
    tuning: ({ guest }) => orAbsent(guest.config.cputune),
    vcpus: ({ guest }) => guest.config.vcpus,
    name: ({ guest }) => known(guest.name),
  },
  check({ tuning, vcpus, name }) {
    const sets = [
      ...(tuning?.vcpuPins ?? []).map(({ cpuset }) => cpuset),
      ...(tuning?.iothreadPins ?? []).map(({ cpuset }) => cpuset),
      ...(tuning?.emulatorPin === undefined ? [] : [tuning.emulatorPin]),
      ...(vcpus.cpuset === undefined ? [] : [vcpus.cpuset]),
    ];
    if (sets.length === 0) return good;
    const all = sets.reduce((sum, set) => sum.union(set), CpuSet.of([]));
    return bad(`it is pinned to CPUs ${all.toString()} of this host`, {
      wants: 'no pins, or these CPUs on each host in the same NUMA nodes',
      so: 'on a host without one of them it does not arrive',
      otherwise: `On each target: lscpu -e must show ${all.toString()} on the same nodes. Else virsh dumpxml --migratable ${name} > g.xml, translate the pins, and migrate with --xml g.xml --persistent-xml g.xml; or take vcpupin, emulatorpin and cpuset out (virsh edit ${name}).`,
    });
  },
  examples: [
    { name: 'pinned', guest: pins, intents: ['migratable'], expect: 'bad', severity: 'info' },
    { name: 'bound to a set', guest: "<vcpu cpuset='4-7'>2</vcpu>", intents: ['migratable'], expect: 'bad' },
    { name: 'not pinned', intents: ['migratable'], expect: 'good' },
    { name: 'a guest that stays', guest: pins, expect: 'not-applicable' },
    { name: 'vCPUs that are no number', guest: '<vcpu>two</vcpu>', intents: ['migratable'], expect: 'unknown' },
  ],
});
