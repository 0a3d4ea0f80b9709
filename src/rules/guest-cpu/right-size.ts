import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { ifKnown, known } from '#model/known';

const days = (count: number): Readonly<Record<string, string>> => ({
  '/proc/uptime': `${count * 86_400}.00 1.00`,
  '/run/libvirt/qemu/guest1.pid': '4711',
  '/proc/4711/stat': `4711 (qemu-system-x86) S 1 ${'0 '.repeat(17)}0 0`,
});
/** A guest whose vCPUs each ran this share of so many days. */
const ran = (vcpus: number, share: number, ofDays: number) => ({
  xml: `<vcpu>${vcpus}</vcpu>`,
  stats: {
    'vcpu.current': vcpus,
    'vcpu.maximum': vcpus,
    ...Object.fromEntries([...Array(vcpus).keys()].map(id => [`vcpu.${id}.time`, share * ofDays * 86_400 * 1e9])),
  },
});

export default defineRule({
  id: 'guest-cpu/right-size',
  subject: 'guest',
  guide: ['4.5.1'],
  severity: 'hint',
  says: 'The guest has as many vCPUs as its load needs, and not many more.',
  because:
    'A guest with too few waits in itself; one with too many makes the host schedule, and the guest lock, for nothing.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.1: start with one vCPU, aim at 70 % load' },
    { grade: 'documented', at: 'libvirt: virConnectGetAllDomainStats, vcpu.N.time, in nanoseconds' },
    {
      grade: 'specified',
      at: 'Markov’s inequality: a load whose mean is m is above 20 m at most 5 % of the time',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: { says: 'guests that run', holds: ({ guest }) => known(guest.stats.state !== 'absent') },
  intents: { latency: { level: 'neutral' }, hpc: { level: 'neutral' } },
  params: {
    least: { default: 7, unit: 'days', why: 'a week holds the busy hours of most servers' },
    high: { default: 0.9, unit: 'of its vCPUs', why: 'on the mean over days nothing is left for a burst' },
    low: { default: 0.35, unit: 'of its vCPUs', why: 'half of the load that the guide aims at' },
    target: { default: 0.7, unit: 'of its vCPUs', why: 'the guide’s load' },
  },
  costs: ['vCPUs are taken at the next start of the guest, or while it runs where they can be unplugged.'],
  departs: [
    {
      guideSays: 'Every vCPU beyond the need costs, for each has a timer that wakes the host.',
      truth:
        'An idle vCPU of a guest with a tickless kernel hardly wakes at all; what it still costs are locks held by vCPUs that are not running, and placement.',
      source: 'linux: timers/no_hz.rst, CONFIG_NO_HZ_IDLE',
      errata: ['X74'],
      guideSame: 'the load that is aimed at is the guide’s own',
    },
  ],
  needs: {
    stats: ({ guest }) => guest.stats,
    age: ({ guest }) => ifKnown(guest.process.runningMs),
    name: ({ guest }) => known(guest.name),
  },
  check({ stats, age, name }, { params }) {
    const { vcpus } = stats;
    const count = vcpus.length;
    if (count === 0) return notApplicable('libvirt tells no times of its vCPUs');
    if (age === undefined || age === 0)
      return undecided('how long the guest runs was not read', 'run as root on the host');
    const runs = age / 86_400_000;
    const busy = vcpus.reduce((sum, { timeNs }) => sum + timeNs, 0) / 1e6 / age;
    const share = busy / count;
    if (runs < params.least)
      return undecided(
        `it runs for ${runs.toFixed(1)} days only`,
        `look again when it has run for ${params.least} days`,
      );
    const wanted = Math.max(1, Math.ceil(busy / params.target));
    const percent = (part: number): string => `${Math.round(100 * part)} %`;
    const found = `its ${count} vCPUs were busy ${percent(share)} of ${runs.toFixed(0)} days`;
    if (share > params.high) {
      return bad(found, {
        severity: 'warning',
        wants: `${wanted} vCPUs, for ${percent(params.target)}`,
        so: 'it waits for itself at every burst',
        otherwise: `virsh setvcpus ${name} ${wanted} --maximum --config; virsh setvcpus ${name} ${wanted} --config; then stop and start it.`,
      });
    }
    if (count === 1 || share >= params.low) return good;
    // the busiest twentieth of the time cannot be above 20 times the mean
    const peak = Math.min(1, 20 * share);
    if (peak >= params.low)
      return undecided(
        `${found}; how busy at its busiest was not recorded`,
        `record virsh domstats --vcpu ${name} every 5 minutes for a week`,
      );
    const few = Math.max(1, Math.ceil((peak * count) / params.target));
    if (few >= count) return good;
    return bad(`${found}, and at most ${percent(peak)} in 95 % of the time`, {
      wants: `${few} ${few === 1 ? 'vCPU' : 'vCPUs'}`,
      so: 'others could have them',
      otherwise: `virsh setvcpus ${name} ${few} --config, then stop and start it (without --config and with --live where they can be unplugged).`,
    });
  },
  examples: [
    { name: 'busy all the time', guest: ran(4, 0.97, 8), files: days(8), expect: 'bad', severity: 'warning' },
    { name: 'eight that do nothing', guest: ran(8, 0.004, 30), files: days(30), expect: 'bad', severity: 'hint' },
    { name: 'two at 60 %', guest: ran(2, 0.6, 30), files: days(30), expect: 'good' },
    { name: 'one that does nothing', guest: ran(1, 0.01, 30), files: days(30), expect: 'good' },
    { name: 'eight at 10 %, of which nobody knows when', guest: ran(8, 0.1, 30), files: days(30), expect: 'unknown' },
    { name: 'started yesterday', guest: ran(8, 0.97, 1), files: days(1), expect: 'unknown' },
    { name: 'off', guest: { xml: '', isRunning: false }, expect: 'not-applicable' },
  ],
});
