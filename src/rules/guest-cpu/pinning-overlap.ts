import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { committedPlacements } from '#model/derived/vcpu-placement';
import { orAbsent } from '#model/known';

const pin = (...cpus: readonly number[]): string =>
  `<cputune>${cpus.map((cpu, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`).join('')}</cputune>`;

export default defineRule({
  id: 'guest-cpu/pinning-overlap',
  subject: 'host',
  guide: ['4.5.2.2'],
  severity: 'warning',
  says: 'A CPU that a vCPU is pinned to belongs to that vCPU alone.',
  because: 'Two vCPUs pinned to one CPU wait for one another while other CPUs are idle, and nothing can move them.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.2' },
    { grade: 'documented', at: 'linux: admin-guide/kernel-parameters, isolcpus' },
  ],
  when: { hypervisor: 'kvm' },
  intents: { latency: { level: 'must' }, hpc: { level: 'must' }, database: { level: 'should' } },
  params: {},
  costs: ['CPUs of guests that idle stay idle.'],
  needs: {
    placed: ({ guests }) => committedPlacements(guests),
    isolated: ({ host }) => orAbsent(host.cpuSets.isolated),
  },
  check({ placed, isolated }, { intentsOf }) {
    const users = new Map<number, { readonly name: string; readonly vcpu: number; readonly isLatency: boolean }[]>();
    for (const { guest, placement } of placed) {
      for (const [vcpu, cpuset] of placement.pins) {
        const { first } = cpuset;
        if (first === undefined || cpuset.size > 1) continue;
        const user = { name: guest.name, vcpu, isLatency: intentsOf(guest).includes('latency') };
        users.set(first, [...(users.get(first) ?? []), user]);
      }
    }
    if (users.size === 0) return notApplicable('no vCPU is pinned to one CPU');
    const shared = [...users].filter(([, all]) => all.length > 1).sort(([a], [b]) => a - b);
    const [first] = shared;
    if (first !== undefined) {
      const [cpu, all] = first;
      const names = all.map(({ name, vcpu }) => `vCPU ${vcpu} of ${name}`);
      return bad(
        shared.length === 1
          ? `CPU ${cpu} serves ${names.join(' and ')}`
          : `${shared.length} CPUs serve two or more pinned vCPUs each`,
        {
          severity: shared.some(([, some]) => some.some(({ isLatency }) => isLatency)) ? 'error' : 'warning',
          wants: 'one vCPU a CPU',
          so: 'they wait for one another, whatever else is idle',
          parts: shared.map(([at, some]) => ({
            key: `CPU ${at}`,
            saw: some.map(({ name, vcpu }) => `vCPU ${vcpu} of ${name}`).join(', '),
          })),
          otherwise: `Pin all but one of them elsewhere: virsh vcpupin GUEST VCPU CPU --live --config.`,
        },
      );
    }
    const strays = placed.filter(
      ({ placement: { unpinned, rest } }) =>
        unpinned > 0 &&
        [...users.keys()].some(cpu => (rest === undefined ? isolated?.has(cpu) !== true : rest.has(cpu))),
    );
    const [stray] = strays;
    if (stray === undefined) return good;
    const who = strays.length === 1 ? stray.guest.name : `${strays.length} guests`;
    return bad(`${who} may run on the CPUs that vCPUs are pinned to`, {
      severity: 'info',
      wants: 'other guests kept off these CPUs',
      so: 'the scheduler puts them there when other CPUs are busy',
      parts: strays.map(({ guest, placement: { unpinned } }) => ({
        key: guest.name,
        saw: `${unpinned} vCPUs without a pin`,
      })),
      otherwise:
        'Keep them to other CPUs with the cpuset of vcpu (virsh edit GUEST), or isolate the pinned CPUs with isolcpus= on the kernel command line.',
    });
  },
  examples: [
    { name: 'two guests on CPU 3', guest: pin(3, 4), others: [pin(3, 5)], expect: 'bad', severity: 'warning' },
    { name: 'disjoint', guest: pin(3, 4), others: [pin(5, 6)], expect: 'good' },
    {
      name: 'one of them for latency',
      guest: pin(3, 4),
      others: [{ xml: pin(3, 5), intents: ['latency'] }],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'two vCPUs of one guest', guest: pin(3, 3), expect: 'bad', severity: 'warning' },
    { name: 'another guest floats', guest: pin(3, 4), others: [''], expect: 'bad', severity: 'info' },
    {
      name: 'another floats over isolated CPUs not',
      guest: pin(3, 4),
      others: [''],
      files: { '/sys/devices/system/cpu/isolated': '3-4' },
      expect: 'good',
    },
    {
      name: 'the other is off',
      guest: pin(3, 4),
      others: [{ xml: pin(3, 5), isRunning: false, autostart: false }],
      expect: 'good',
    },
    { name: 'no pins', expect: 'not-applicable' },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
