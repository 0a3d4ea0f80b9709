import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { committedPlacements, type PlacedGuest, vcpuPlacement } from '#model/derived/vcpu-placement';
import { known, orAbsent } from '#model/known';
import type { CpuSet } from '#units/cpu-set';

const pin = (...cpus: readonly number[]): string =>
  `<cputune>${cpus.map((cpu, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`).join('')}</cputune>`;
const passthrough = "<cpu mode='host-passthrough' check='none'/>";
const hint = "<features><acpi/><apic/><kvm><hint-dedicated state='on'/></kvm></features>";

/** Guests that may run on CPUs of another guest's pins. */
const sharers = (own: CpuSet, name: string, placed: readonly PlacedGuest[]): readonly string[] =>
  placed
    .filter(({ guest, placement: { usable } }) => guest.name !== name && usable?.intersect(own).isEmpty === false)
    .map(({ guest }) => guest.name);

export default defineRule({
  id: 'guest-cpu/hint-dedicated',
  subject: 'guest',
  guide: [],
  beyond: 'a guest whose vCPUs have CPUs of their own waits better when it knows, and one whose vCPUs share them worse',
  severity: 'hint',
  says: 'The guest is told that its CPUs are its own when they are, and only then.',
  because:
    'With the hint a guest spins for a lock instead of giving its CPU up: quick where the CPU is its own, a waste of whole time slices where the holder of the lock waits for that CPU.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, Hypervisor features, kvm hint-dedicated (5.7.0)' },
    { grade: 'documented', at: 'linux: virt/kvm/x86/cpuid.rst, KVM_HINTS_REALTIME: vCPUs are never preempted' },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86', libvirt: '>=5.7' },
  intents: { latency: { level: 'should' }, hpc: { level: 'should' }, database: { level: 'neutral' } },
  params: {},
  costs: ['The guest gets slow when its CPUs are shared later.'],
  needs: {
    features: ({ guest }) => orAbsent(guest.config.features),
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    placement: ({ guest }) => vcpuPlacement(guest.config),
    placed: ({ guests }) => committedPlacements(guests),
    name: ({ guest }) => known(guest.name),
  },
  check({ features, cpu, placement, placed, name }, { intents }) {
    const { usable, unpinned, plugged, pins } = placement;
    const isOneEach =
      unpinned === 0 && usable?.size === plugged && [...pins.values()].every(cpuset => cpuset.size === 1);
    const others = usable === undefined ? [] : sharers(usable, name, placed);
    const path = 'features/kvm/hint-dedicated/@state';
    if (features?.hintDedicated === true) {
      if (isOneEach && others.length === 0) return good;
      return bad(
        isOneEach
          ? `it is told that its CPUs are its own, and shares them with ${others.join(', ')}`
          : `it is told that its CPUs are its own, and ${unpinned === 0 ? 'its vCPUs share them' : `${unpinned} of its vCPUs float`}`,
        {
          severity: 'warning',
          wants: 'a CPU of its own for each vCPU, or no hint-dedicated',
          so: 'its vCPUs spin for locks whose holders wait for a CPU',
          fix: [editDomain(name, [{ path, content: 'on' }], [{ path, content: undefined }])],
        },
      );
    }
    const isPassthrough = cpu?.mode === 'host-passthrough' || cpu?.mode === 'maximum';
    const wantsIt = intents.includes('latency') || intents.includes('hpc') || intents.includes('database');
    if (!isOneEach || others.length > 0 || !isPassthrough || !wantsIt) return good;
    return bad(`its ${plugged} vCPUs have CPUs of their own, and it is not told`, {
      wants: 'hint-dedicated',
      so: 'it gives its CPU up for others that do not exist',
      fix: [editDomain(name, [{ path, content: undefined }], [{ path, content: 'on' }])],
    });
  },
  examples: [
    { name: 'set on CPUs that all share', guest: passthrough + hint, expect: 'bad', severity: 'warning' },
    {
      name: 'pinned, for latency, not told',
      guest: passthrough + pin(1, 2),
      intents: ['latency'],
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'pinned and told', guest: passthrough + hint + pin(1, 2), intents: ['latency'], expect: 'good' },
    {
      name: 'told, but another guest is pinned there',
      guest: passthrough + hint + pin(1, 2),
      others: [pin(2, 3)],
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'two vCPUs on one CPU', guest: passthrough + hint + pin(1, 1), expect: 'bad', severity: 'warning' },
    { name: 'a general guest', expect: 'good' },
    { name: 'libvirt 5.6', guest: passthrough + hint, libvirt: { version: '5.6.0' }, expect: 'not-applicable' },
    { name: 'libvirt 5.7', guest: passthrough + hint, libvirt: { version: '5.7.0' }, expect: 'bad' },
    { name: 'vCPUs that are no number', guest: '<vcpu>two</vcpu>', expect: 'unknown' },
  ],
});
