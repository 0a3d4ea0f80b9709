import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Severity } from '#check/verdict';
import { committedPlacements } from '#model/derived/vcpu-placement';
import { valueIfKnown } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const isolated = (list: string) => ({ '/sys/devices/system/cpu/isolated': `${list}\n` });
const pins = (...sets: readonly string[]): string =>
  `<vcpu>${sets.length}</vcpu><cputune>${sets.map((set, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${set}'/>`).join('')}</cputune>`;
const realtime = (set: string): string =>
  pins(set).replace('</cputune>', "<vcpusched vcpus='0' scheduler='fifo' priority='1'/></cputune>");

export default defineRule({
  id: 'host-cpu/isolation-consistent',
  subject: 'host',
  guide: [],
  beyond: 'CPUs kept from the scheduler help only guests that are pinned to them one to one, and harm all others.',
  severity: 'warning',
  says: 'Isolated CPUs belong to guests pinned to them one to one, and realtime guests run on them.',
  because: 'The scheduler does not balance isolated CPUs: vCPUs that may choose among several stack up on one of them.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/kernel-parameters, isolcpus=domain: no load balancing' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, vcpu/@cpuset and cputune/vcpupin; without them all CPUs are allowed',
    },
  ],
  when: { hypervisor: 'kvm' },
  intents: { latency: { level: 'should' }, hpc: { level: 'should' } },
  params: {},
  costs: ['Isolated CPUs are lost to the host and to all other guests.'],
  needs: {
    isolated: ({ host }) => host.cpuSets.isolated,
    online: ({ host }) => host.cpuSets.online,
    placed: ({ guests }) => committedPlacements(guests),
  },
  check({ isolated: kept, online, placed }) {
    const guests = placed.map(({ guest, placement: { plugged, pins: pinned, rest } }) => ({
      name: guest.name,
      isRealtime: valueIfKnown(guest.config.cputune)?.hasRealtimeScheduler ?? false,
      sets: [...Array(plugged).keys()].map(vcpu => pinned.get(vcpu) ?? rest),
    }));
    const realtimeGuests = guests.filter(({ isRealtime }) => isRealtime);
    if (kept.isEmpty && realtimeGuests.length === 0)
      return notApplicable('no CPU is isolated, and no guest is a realtime one');
    const found: { key: string; severity: Severity; saw: string; name?: string }[] = [];
    const used = new Set<number>();
    const rest = CpuSet.of([...online].filter(cpu => !kept.has(cpu)));
    for (const { name, sets, isRealtime } of guests) {
      const inside = sets.map(set => [...(set ?? [])].filter(cpu => kept.has(cpu)));
      for (const cpus of inside) for (const cpu of cpus) used.add(cpu);
      const floating = inside.filter((cpus, vcpu) => cpus.length > 1 && cpus.length === sets[vcpu]?.size);
      const mixed = inside.filter((cpus, vcpu) => cpus.length > 0 && cpus.length < (sets[vcpu]?.size ?? 0));
      const add = (severity: Severity, saw: string): void => void found.push({ key: name, severity, saw, name });
      const all = CpuSet.of(floating.flat()).toString();
      if (floating.length > 1) add('error', `${floating.length} vCPUs of ${name} share the isolated CPUs ${all}`);
      else if (isRealtime && inside.some(cpus => cpus.length === 0))
        add('warning', `${name} is a realtime guest, and not all its vCPUs are on isolated CPUs`);
      else if (mixed.length > 0) add('warning', `${mixed.length} vCPUs of ${name} may run on isolated and other CPUs`);
      else if (sets.includes(undefined) && !kept.isEmpty)
        add('warning', `${name} is not pinned, or not wholly: it may run on isolated CPUs too`);
    }
    const idle = CpuSet.of([...kept].filter(cpu => !used.has(cpu)));
    if (!idle.isEmpty)
      found.push({
        key: 'isolated CPUs',
        severity: 'hint',
        saw: `no guest is pinned to the isolated CPUs ${idle.toString()}`,
      });
    const order: readonly Severity[] = ['error', 'warning', 'hint'];
    const [first] = [...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
    if (first === undefined) return good;
    const isFlagged = (name: string): boolean => found.some(one => one.name === name);
    const unpinned = guests.filter(
      ({ name, sets, isRealtime }) => !isRealtime && sets.every(set => set === undefined) && isFlagged(name),
    );
    const others = guests.filter(guest => isFlagged(guest.name) && !unpinned.includes(guest));
    const steps = [
      ...others.map(({ name }) => `virsh vcpupin ${name} VCPU CPU --config, an isolated CPU for each vCPU`),
      ...(kept.isEmpty ? ['give the CPUs of the realtime guest to isolcpus= and nohz_full='] : []),
      ...(idle.isEmpty ? [] : [`pin guests to ${idle.toString()}, or take these CPUs out of isolcpus=`]),
    ];
    const cpuset = (content: string | undefined) => [{ path: 'vcpu/@cpuset', content }];
    return bad(first.saw, {
      severity: first.severity,
      wants: kept.isEmpty
        ? 'isolated CPUs, one for each vCPU of a realtime guest'
        : `one isolated CPU for each vCPU pinned there, all other guests on ${rest.toString()}`,
      so: first.severity === 'hint' ? 'they do nothing' : 'vCPUs wait for one another while CPUs beside them idle',
      parts: found.map(({ key, saw }) => ({ key, saw })),
      evidence: [{ from: '/sys/devices/system/cpu/isolated', value: kept.toString() || 'none' }],
      ...(unpinned.length === 0 || rest.isEmpty
        ? {}
        : { fix: unpinned.map(({ name }) => editDomain(name, cpuset(undefined), cpuset(rest.toString()))) }),
      ...(steps.length === 0 ? {} : { otherwise: `${steps.join('; ')}.` }),
    });
  },
  examples: [
    {
      name: 'four vCPUs on a range',
      files: isolated('2-7'),
      guest: pins('2-7', '2-7', '2-7', '2-7'),
      expect: 'bad',
      severity: 'error',
      fixes: [],
    },
    { name: 'one to one', files: isolated('2-3'), guest: pins('2', '3'), expect: 'good' },
    {
      name: 'a guest that is not pinned',
      files: isolated('2-3'),
      guest: pins('2', '3'),
      others: ['<vcpu>2</vcpu>'],
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'a guest kept off them',
      files: isolated('2-3'),
      guest: pins('2', '3'),
      others: ["<vcpu cpuset='0-1,4-15'>2</vcpu>"],
      expect: 'good',
    },
    {
      name: 'isolated CPUs that nobody uses',
      files: isolated('2-3'),
      guest: pins('0', '1'),
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'pins across the border',
      files: isolated('2-3'),
      guest: pins('1-2', '3'),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'realtime without isolation', guest: realtime('2'), expect: 'bad', severity: 'warning' },
    { name: 'realtime, isolated', files: isolated('2'), guest: realtime('2'), expect: 'good' },
    { name: 'nothing isolated', expect: 'not-applicable' },
    { name: 'not readable', files: { '/sys/devices/system/cpu/isolated': 'denied' }, expect: 'unknown' },
  ],
});
