import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { runningGuests } from '#model/derived/committed-guests';
import { cpuCapacity, plugged } from '#model/derived/cpu-capacity';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { chainKnown, ifKnown, known } from '#model/known';

const pin = (vcpu: number, cpu: number): string => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`;
const both = `<cputune>${pin(0, 1)}${pin(1, 9)}</cputune>`;
const half = `<cputune>${pin(0, 1)}</cputune>`;

export default defineRule({
  id: 'guest-cpu/pinning-for-cpu-intensive',
  subject: 'guest',
  guide: ['4.5.2.2'],
  severity: 'hint',
  says: 'The vCPUs of a guest that must not wait are pinned.',
  because:
    'The scheduler moves a vCPU away from its caches and its memory and puts others on its CPU; pinned, it keeps both.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.2' },
    { grade: 'documented', at: 'libvirt: formatdomain, CPU Tuning, vcpupin' },
  ],
  when: { guestType: ['kvm'] },
  scope: {
    says: 'guests for latency, hpc or database',
    holds: (_, { intents }) =>
      known(intents.some(intent => intent === 'latency' || intent === 'hpc' || intent === 'database')),
  },
  intents: {
    latency: { level: 'must' },
    hpc: { level: 'must' },
    database: { level: 'should' },
    migratable: { level: 'avoid' },
    density: { level: 'must-not' },
  },
  params: {},
  costs: [
    'The scheduler can no longer put its vCPUs on idle CPUs.',
    'It moves only to hosts that have these CPUs, and NUMA balancing cannot bring it nearer to its memory.',
  ],
  needs: {
    placement: ({ guest }) => vcpuPlacement(guest.config),
    capacity: ({ host, guests }) => cpuCapacity(host, guests),
    demand: ({ guests }) => ifKnown(chainKnown(runningGuests(guests), plugged)),
    name: ({ guest }) => known(guest.name),
  },
  check({ placement, capacity, demand, name }, { intents }) {
    const { unpinned, rest } = placement;
    if (unpinned === 0) return good;
    if (demand !== undefined && demand.sum > capacity.logical)
      return notApplicable('more vCPUs run here than there are CPUs, which overcommit/vcpu-1x judges');
    const isSteady = intents.includes('latency') || intents.includes('hpc');
    const isPartly = unpinned < placement.plugged;
    const many = isPartly ? `${unpinned} of its ${placement.plugged} vCPUs float` : `its ${unpinned} vCPUs float`;
    return bad(`${many} over ${rest === undefined ? 'all CPUs of the host' : `CPUs ${rest}`}`, {
      severity: isSteady || isPartly ? 'warning' : 'hint',
      wants: 'each vCPU on one core of one NUMA node, a core of each node left to the host',
      ...(isPartly ? { so: 'the guest is as slow as its slowest vCPU' } : {}),
      wish: { kind: 'place-guest', detail: { guest: name } },
      otherwise: `virsh vcpupin ${name} VCPU CPU --live --config for each vCPU; undone with the list r.`,
    });
  },
  examples: [
    { name: 'a latency guest without pins', intents: ['latency'], expect: 'bad', severity: 'warning' },
    { name: 'a latency guest with pins', guest: both, intents: ['latency'], expect: 'good' },
    { name: 'hpc', intents: ['hpc'], expect: 'bad', severity: 'warning' },
    { name: 'a database', intents: ['database'], expect: 'bad', severity: 'hint' },
    { name: 'half of a database', guest: half, intents: ['database'], expect: 'bad', severity: 'warning' },
    {
      name: 'vCPUs of one node are not pinned',
      guest: "<vcpu cpuset='0-3'>2</vcpu>",
      intents: ['latency'],
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'an overcommitted host',
      guest: { xml: '<vcpu>20</vcpu>', stats: { 'vcpu.current': 20 } },
      intents: ['latency'],
      expect: 'not-applicable',
    },
    { name: 'a general guest', expect: 'not-applicable' },
    {
      name: 'pins that cannot be read',
      guest: "<cputune><vcpupin vcpu='0' cpuset='all'/></cputune>",
      intents: ['latency'],
      expect: 'unknown',
    },
  ],
});
