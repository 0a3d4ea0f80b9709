import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { helperCpus } from '#model/derived/helper-cpus';
import { nodesOfCpus } from '#model/derived/nodes-of-cpus';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const tune = (more = ''): string =>
  `<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='9'/>${more}</cputune>`;
const allOfNode0 = '<vcpu>8</vcpu><cputune>'.concat(
  [0, 1, 2, 3, 8, 9, 10, 11].map((cpu, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`).join(''),
  '</cputune>',
);

export default defineRule({
  id: 'guest-cpu/emulatorpin',
  subject: 'guest',
  guide: [],
  beyond: 'the threads of QEMU run on the CPUs of pinned vCPUs unless they are pinned elsewhere',
  severity: 'hint',
  says: 'The threads of QEMU beside pinned vCPUs are pinned to other CPUs.',
  because: 'QEMU’s own threads interrupt the vCPU whose CPU they run on, each time for as long as they work.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, CPU Tuning, emulatorpin: else all CPUs, or those of vcpu' },
    { grade: 'documented', at: 'Red Hat Enterprise Linux 7, Virtualization Tuning and Optimization Guide, 8.5' },
  ],
  when: { guestType: ['kvm'] },
  intents: { latency: { level: 'must' }, hpc: { level: 'must' }, database: { level: 'should' } },
  params: {},
  costs: ['CPUs kept for the host are not for guests.'],
  needs: {
    placement: ({ guest }) => vcpuPlacement(guest.config),
    cputune: ({ guest }) => orAbsent(guest.config.cputune),
    nodes: ({ host }) => host.nodes,
    helpers: ({ guest, host, guests }) => ifKnown(helperCpus(guest, host, guests)),
    name: ({ guest }) => known(guest.name),
  },
  check({ placement, cputune, nodes, helpers, name }, { intents }) {
    if (cputune === undefined || placement.unpinned > 0) return notApplicable('its vCPUs are not pinned');
    const own = CpuSet.of([...placement.pins.values()].flatMap(set => [...set]));
    const has = cputune.emulatorPin;
    const isLatency = intents.includes('latency') || cputune.hasRealtimeScheduler;
    const path = 'cputune/emulatorpin/@cpuset';
    const before = [{ path, content: has?.toString() }];
    const move =
      helpers === undefined || helpers.isEmpty
        ? {
            wants: 'CPUs of its node that no vCPU is pinned to',
            otherwise: `No CPU of its NUMA node is free of pins: leave a core there to the host, then virsh emulatorpin ${name} CPUS --live --config.`,
          }
        : { wants: `CPUs ${helpers}`, fix: [editDomain(name, before, [{ path, content: helpers.toString() }])] };
    if (has === undefined) {
      return bad(`QEMU’s threads may run on the CPUs of its vCPUs (${own})`, {
        severity: isLatency ? 'warning' : 'hint',
        so: 'they interrupt the vCPUs',
        ...move,
      });
    }
    const shared = has.intersect(own);
    if (!shared.isEmpty) {
      return bad(`QEMU’s threads are pinned to CPU ${shared}, like its vCPUs`, {
        severity: 'warning',
        so: 'they interrupt the vCPUs',
        ...move,
      });
    }
    const near = nodesOfCpus(own, nodes);
    const far = nodesOfCpus(has, nodes).minus(near);
    if (far.isEmpty) return good;
    return bad(`QEMU’s threads are pinned to node ${far}, its vCPUs to node ${near}`, { ...move });
  },
  examples: [
    { name: 'no emulatorpin', guest: tune(), expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    { name: 'none, for latency', guest: tune(), intents: ['latency'], expect: 'bad', severity: 'warning' },
    { name: 'on other CPUs of the node', guest: tune("<emulatorpin cpuset='0,8'/>"), expect: 'good' },
    { name: 'on the CPU of a vCPU', guest: tune("<emulatorpin cpuset='0-1'/>"), expect: 'bad', severity: 'warning' },
    { name: 'on another node', guest: tune("<emulatorpin cpuset='4'/>"), expect: 'bad', severity: 'hint' },
    { name: 'no CPU of the node is left', guest: allOfNode0, expect: 'bad', fixes: [] },
    { name: 'no pins', expect: 'not-applicable' },
    { name: 'pins that cannot be read', guest: tune("<emulatorpin cpuset='all'/>"), expect: 'unknown' },
  ],
});
