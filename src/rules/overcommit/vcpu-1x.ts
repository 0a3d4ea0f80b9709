import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { runningGuests } from '#model/derived/committed-guests';
import { cpuCapacity, plugged } from '#model/derived/cpu-capacity';
import { chainKnown, ifKnown } from '#model/known';
import type { Intent } from '#wishes/intent';

const strict: readonly Intent[] = ['latency', 'hpc', 'database'];
const vcpus = (count: number): { readonly xml: string; readonly stats: Readonly<Record<string, number>> } => ({
  xml: `<vcpu>${count}</vcpu>`,
  stats: { 'vcpu.current': count, 'vcpu.maximum': count },
});

export default defineRule({
  id: 'overcommit/vcpu-1x',
  subject: 'host',
  guide: ['4.5.1'],
  severity: 'info',
  says: 'The host has a CPU for each vCPU of the guests that run.',
  because: 'vCPUs that share a CPU wait for one another: latency rises for all, throughput falls for each.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.5.1: twice is fine at half load, one more is too much at full load',
    },
    { grade: 'documented', at: 'linux: ABI/testing/sysfs-devices-system-cpu, thread_siblings_list' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    latency: { level: 'must', want: 'at most one vCPU a core' },
    hpc: { level: 'must', want: 'at most one vCPU a core' },
    database: { level: 'must', want: 'at most one vCPU a CPU' },
    density: { level: 'neutral', want: 'up to 4 vCPUs a CPU' },
    desktop: { level: 'neutral', want: 'up to 4 vCPUs a CPU' },
  },
  params: {
    unmeasured: { default: 2, unit: 'vCPUs a CPU', why: 'more than this is a warning while the load is not known' },
    unmeasuredDense: { default: 4, unit: 'vCPUs a CPU', why: 'the same for density and desktop hosts' },
  },
  costs: ['Guests get fewer vCPUs, or fewer guests run here.'],
  departs: [
    {
      guideSays: 'Avoid overcommitting CPUs.',
      truth: 'The guide itself calls twice as many fine at half load: what counts is load, and what guests are for.',
      source: 'SUSE Virtualization Best Practices, 4.5.1, second paragraph',
      errata: ['X60'],
      guideParams: { unmeasured: 1, unmeasuredDense: 1 },
    },
  ],
  needs: {
    capacity: ({ host, guests }) => cpuCapacity(host, guests),
    running: ({ guests }) => runningGuests(guests),
    total: ({ guests }) => chainKnown(runningGuests(guests), plugged),
    pressure: ({ host }) => ifKnown(host.kernel.pressure.cpu),
  },
  check({ capacity, running, total, pressure }, { intentsOf, params }) {
    const intents = new Set(running.flatMap(guest => intentsOf(guest)));
    const isPerCore = intents.has('latency') || intents.has('hpc');
    const border = isPerCore ? capacity.cores : capacity.logical;
    if (total.sum <= border) {
      return total.known < total.of
        ? undecided(
            `the vCPUs of ${total.of - total.known} of ${total.of} running guests are unknown`,
            total.missing?.remedy,
          )
        : good;
    }
    const ratio = total.sum / capacity.logical;
    const isDense =
      running.length > 0 &&
      running.every(guest => intentsOf(guest).every(intent => intent === 'density' || intent === 'desktop'));
    const isStrict = strict.some(intent => intents.has(intent));
    const isCrowded =
      ratio > (isDense ? params.unmeasuredDense : params.unmeasured) &&
      (pressure === undefined || pressure.some300 > 5);
    const per = isPerCore ? `${capacity.cores} cores` : `${capacity.logical} CPUs`;
    return bad(`${total.sum} vCPUs run on ${per}`, {
      severity: isStrict || isCrowded ? 'warning' : 'info',
      wants: `at most ${border} vCPUs${isStrict ? `, as guests here are for ${strict.filter(intent => intents.has(intent)).join(', ')}` : ' where all are busy'}`,
      so: isStrict
        ? 'they wait for one another when all are busy'
        : 'fine at half load; nearmetal check --sample 60s measures whether vCPUs wait',
      otherwise: `Take ${total.sum - border} vCPUs from guests that do not use them: virsh setvcpus GUEST N --config (and --live where the guest can unplug), or move guests.`,
    });
  },
  examples: [
    {
      name: '17 vCPUs for a database on 16 CPUs',
      guest: vcpus(17),
      intents: ['database'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: '17 vCPUs of general guests', guest: vcpus(17), expect: 'bad', severity: 'info' },
    { name: '16 vCPUs on 16 CPUs', guest: vcpus(16), expect: 'good' },
    {
      name: '12 vCPUs of a latency guest on 8 cores',
      guest: vcpus(12),
      intents: ['latency'],
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'three times, and the load unknown',
      guest: vcpus(48),
      files: { '/proc/pressure/cpu': null },
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'three times on a density host',
      guest: vcpus(48),
      intents: ['density'],
      files: { '/proc/pressure/cpu': null },
      expect: 'bad',
      severity: 'info',
    },
    {
      name: "the guide's letter",
      guest: vcpus(24),
      files: { '/proc/pressure/cpu': null },
      policy: 'guide',
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
