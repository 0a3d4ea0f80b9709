import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { helperCpus } from '#model/derived/helper-cpus';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const tune = (more = '', threads = 1): string =>
  `<iothreads>${threads}</iothreads><cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='9'/>${more}</cputune>`;
const pin = (iothread: number, cpus: string): string => `<iothreadpin iothread='${iothread}' cpuset='${cpus}'/>`;

export default defineRule({
  id: 'guest-cpu/iothreadpin',
  subject: 'guest',
  guide: [],
  beyond: 'an I/O thread that is not pinned runs on the CPUs of pinned vCPUs and interrupts them',
  severity: 'hint',
  says: 'I/O threads beside pinned vCPUs are pinned to other CPUs.',
  because: 'A busy I/O thread polls: on the CPU of a vCPU it takes up to half of it.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, CPU Tuning, iothreadpin: else all CPUs, or those of vcpu' },
    { grade: 'documented', at: 'QEMU: qapi/qom.json, IothreadProperties, poll-max-ns' },
  ],
  when: { guestType: ['kvm'] },
  intents: { latency: { level: 'should' }, hpc: { level: 'should' }, database: { level: 'should' } },
  params: {},
  costs: ['CPUs kept for I/O threads are not for vCPUs.'],
  needs: {
    iothreads: ({ guest }) => guest.config.iothreads,
    placement: ({ guest }) => vcpuPlacement(guest.config),
    cputune: ({ guest }) => orAbsent(guest.config.cputune),
    helpers: ({ guest, host, guests }) => ifKnown(helperCpus(guest, host, guests)),
    name: ({ guest }) => known(guest.name),
  },
  check({ iothreads, placement, cputune, helpers, name }) {
    if (iothreads === 0) return notApplicable('it has no I/O threads');
    if (cputune === undefined || placement.unpinned > 0) return notApplicable('its vCPUs are not pinned');
    const own = CpuSet.of([...placement.pins.values()].flatMap(set => [...set]));
    const pins = cputune.iothreadPins;
    const shared = pins.filter(({ cpuset }) => !cpuset.intersect(own).isEmpty);
    const free = Math.max(0, iothreads - pins.length);
    if (shared.length === 0 && free === 0) return good;
    const pathOf = (id: number): string => `cputune/iothreadpin[@iothread='${id}']/@cpuset`;
    const [first] = shared;
    const saw =
      first === undefined
        ? `${free} of ${iothreads} I/O threads may run on the CPUs of its vCPUs (${own})`
        : `I/O thread ${first.iothread} is pinned to CPU ${first.cpuset.intersect(own)}, like a vCPU`;
    // numbered from 1; libvirt refuses the pin of a thread that has another number
    const unpinned = Array.from({ length: iothreads }, (_, at) => at + 1).filter(
      id => !pins.some(({ iothread }) => iothread === id),
    );
    const canFix = helpers !== undefined && !helpers.isEmpty;
    return bad(saw, {
      wants: helpers === undefined || helpers.isEmpty ? 'CPUs that no vCPU is pinned to' : `CPUs ${helpers}`,
      so: 'they interrupt the vCPUs',
      ...(canFix
        ? {
            fix: [
              editPlaces(name, [
                ...shared.map(
                  ({ iothread, cpuset }) => [pathOf(iothread), cpuset.toString(), helpers.toString()] as const,
                ),
                ...unpinned.slice(0, free).map(id => [pathOf(id), undefined, helpers.toString()] as const),
              ]),
            ],
          }
        : {
            otherwise: `virsh iothreadpin ${name} ID ${helpers === undefined || helpers.isEmpty ? 'CPUS' : helpers} --live --config for each id that virsh iothreadinfo ${name} lists.`,
          }),
    });
  },
  examples: [
    { name: 'not pinned', guest: tune(), expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    { name: 'one of two pinned', guest: tune(pin(1, '0'), 2), expect: 'bad' },
    { name: 'pinned to other CPUs', guest: tune(pin(1, '0,8')), expect: 'good' },
    { name: 'on the CPU of a vCPU', guest: tune(pin(1, '1')), expect: 'bad', fixes: ['domain-xml'] },
    { name: 'vCPUs that float', guest: '<iothreads>1</iothreads>', expect: 'not-applicable' },
    { name: 'no I/O threads', expect: 'not-applicable' },
    { name: 'pins that cannot be read', guest: tune(pin(1, 'all')), expect: 'unknown' },
  ],
});
