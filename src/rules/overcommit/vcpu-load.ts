import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { runningGuests } from '#model/derived/committed-guests';
import { cpuCapacity } from '#model/derived/cpu-capacity';
import { chainKnown, ifKnown, mapKnown, sumKnown } from '#model/known';

/** Statistics of a guest with 16 vCPUs, each of which ran and waited so many seconds of a minute. */
const minute = (ran: number, waited: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Array(16).keys()].flatMap(id => [
      [`vcpu.${id}.time`, 1e9 * (100 + ran)],
      [`vcpu.${id}.delay`, 1e9 * (10 + waited)],
    ]),
  );
const sampled = (
  ran: number,
  waited: number,
): { xml: string; stats: Readonly<Record<string, number>>; laterStats: Readonly<Record<string, number>> } => ({
  xml: '<vcpu>16</vcpu>',
  stats: { 'vcpu.current': 16, 'vcpu.maximum': 16, ...minute(0, 0) },
  laterStats: minute(ran, waited),
});

export default defineRule({
  id: 'overcommit/vcpu-load',
  subject: 'host',
  guide: ['4.5.1'],
  severity: 'warning',
  says: 'Guests get the CPU time they ask for.',
  because:
    'Overcommitted CPUs are fine while vCPUs find a free one; when they wait the guests see steal time and latency.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.1: the factor depends on the load' },
    { grade: 'documented', at: 'libvirt: virConnectGetAllDomainStats, vcpu.N.time and vcpu.N.delay, in nanoseconds' },
    { grade: 'documented', at: 'linux: accounting/psi.rst' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    tight: { default: 0.9, unit: 'of the CPUs', why: 'demand above this leaves no room for a burst' },
    pressure: { default: 20, unit: '% of time, over 300 s', why: 'some task waits for a CPU this often' },
  },
  costs: ['Guests get fewer vCPUs, or fewer guests run here.'],
  needs: {
    capacity: ({ host, guests }) => cpuCapacity(host, guests),
    demand: ({ guests }) =>
      ifKnown(
        chainKnown(runningGuests(guests), all => sumKnown(all, guest => mapKnown(guest.load, load => load.demand))),
      ),
    running: ({ guests }) => runningGuests(guests),
    pressure: ({ host }) => ifKnown(host.kernel.pressure.cpu),
  },
  check({ capacity, demand, running, pressure }, { params }) {
    if (running.length === 0) return notApplicable('no guest runs');
    const otherwise =
      'Move the busiest guests away, or give them fewer vCPUs: virsh domstats --vcpu shows who waits (delay).';
    const cpus = capacity.logical;
    if (demand !== undefined && demand.sum > cpus) {
      return bad(`guests ask for ${demand.sum.toFixed(1)} CPUs and there are ${cpus}`, {
        wants: `at most ${cpus} CPUs asked for`,
        otherwise,
      });
    }
    if (pressure !== undefined && pressure.some300 > params.pressure) {
      return bad(`some task waited for a CPU in ${pressure.some300} % of the last 5 minutes`, {
        wants: `at most ${params.pressure} %`,
        otherwise,
      });
    }
    if (demand !== undefined && demand.known > 0 && demand.sum > params.tight * cpus) {
      return bad(`guests ask for ${demand.sum.toFixed(1)} of ${cpus} CPUs`, {
        severity: 'info',
        wants: `at most ${(params.tight * cpus).toFixed(1)}`,
        otherwise,
      });
    }
    if (demand !== undefined && demand.known === demand.of) return good;
    return undecided('the load of the guests was not sampled', 'nearmetal check --sample 60s');
  },
  examples: [
    {
      name: '16 vCPUs run 50 s and wait 20 s of a minute on 16 CPUs',
      guest: sampled(50, 20),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'nearly all CPUs are asked for', guest: sampled(56, 1), expect: 'bad', severity: 'info' },
    { name: 'a third of the time', guest: sampled(20, 0), expect: 'good' },
    {
      name: 'tasks wait for CPUs',
      files: {
        '/proc/pressure/cpu':
          'some avg10=40.00 avg60=35.00 avg300=30.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0',
      },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'not sampled', expect: 'unknown' },
    { name: 'no guest runs', guest: null, expect: 'not-applicable' },
  ],
});
