import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { runningGuests } from '#model/derived/committed-guests';
import { coreOf, cpuCapacity, plugged } from '#model/derived/cpu-capacity';
import { chainKnown, orAbsent } from '#model/known';
import type { Intent } from '#wishes/intent';

const strict: readonly Intent[] = ['latency', 'hpc', 'database'];
const vcpus = (count: number): { readonly xml: string; readonly stats: Readonly<Record<string, number>> } => ({
  xml: `<vcpu>${count}</vcpu>`,
  stats: { 'vcpu.current': count, 'vcpu.maximum': count },
});
const noSmt = {
  '/sys/devices/system/cpu/smt/active': '0',
  ...Object.fromEntries(
    [...Array(16).keys()].flatMap(cpu =>
      ['core_cpus_list', 'thread_siblings_list'].map(name => [
        `/sys/devices/system/cpu/cpu${cpu}/topology/${name}`,
        String(cpu),
      ]),
    ),
  ),
};

export default defineRule({
  id: 'host-cpu/smt-accounting',
  subject: 'host',
  guide: ['4.5'],
  severity: 'info',
  says: 'The vCPUs that run have a core each, not only a hyper-thread.',
  because: 'Two busy threads of a core share its execution units: each gets clearly less than a core to itself.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5: a hyper-thread is not as good as a core' },
    { grade: 'documented', at: 'linux: ABI/testing/sysfs-devices-system-cpu, smt/active and thread_siblings_list' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    latency: { level: 'should', want: 'judged by overcommit/vcpu-1x' },
    hpc: { level: 'should', want: 'judged by overcommit/vcpu-1x' },
    database: { level: 'should', want: 'judged by overcommit/vcpu-1x' },
    density: { level: 'neutral' },
    desktop: { level: 'neutral' },
  },
  params: {},
  costs: ['Threads that stay idle are capacity not used.'],
  needs: {
    smt: ({ host }) => orAbsent(host.cpuSets.smtActive),
    cpus: ({ host }) => host.cpus,
    capacity: ({ host, guests }) => cpuCapacity(host, guests),
    running: ({ guests }) => runningGuests(guests),
    total: ({ guests }) => chainKnown(runningGuests(guests), plugged),
  },
  check({ smt = false, cpus, capacity, running, total }, { intentsOf }) {
    if (!smt) return notApplicable('no core runs two threads');
    const { cores, logical } = capacity;
    if (total.sum > logical) return notApplicable('overcommit/vcpu-1x judges hosts with fewer CPUs than vCPUs');
    const isStrict = running.some(guest => intentsOf(guest).some(intent => strict.includes(intent)));
    if (total.sum <= cores) {
      return total.known < total.of
        ? undecided(
            `the vCPUs of ${total.of - total.known} of ${total.of} running guests are unknown`,
            total.missing?.remedy,
          )
        : good;
    }
    if (isStrict) return notApplicable('overcommit/vcpu-1x judges hosts with guests for latency, hpc or database');
    const online = cpus.filter(cpu => cpu.online);
    const packages = new Set(online.map(cpu => cpu.packageCpus?.toString() ?? cpu.socket ?? coreOf(cpu))).size;
    return bad(`${total.sum} vCPUs run on ${cores} cores with ${online.length} threads`, {
      wants: `${cores} vCPUs where all are busy at once`,
      so: `when all are busy, ${total.sum - cores} or more share a core with another`,
      evidence: [
        {
          from: '/sys/devices/system/cpu/cpu*/topology',
          value: `${packages} package${packages === 1 ? '' : 's'}, ${cores} cores, ${online.length} threads`,
        },
      ],
      otherwise: `Count ${cores} CPUs, not ${online.length}, when placing guests that are busy together; idle ones may share. For a guest that must not share: pin its vCPUs to whole cores (virsh vcpupin).`,
    });
  },
  examples: [
    { name: '12 vCPUs on 8 cores with 16 threads', guest: vcpus(12), expect: 'bad', severity: 'info', fixes: [] },
    { name: '8 vCPUs on 8 cores', guest: vcpus(8), expect: 'good' },
    { name: '12 vCPUs for latency: vcpu-1x warns', guest: vcpus(12), intents: ['latency'], expect: 'not-applicable' },
    { name: '17 vCPUs on 16 threads: vcpu-1x tells', guest: vcpus(17), expect: 'not-applicable' },
    { name: 'one thread a core', guest: vcpus(12), files: noSmt, expect: 'not-applicable' },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
