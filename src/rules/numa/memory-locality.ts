import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { nodesOfCpus } from '#model/derived/nodes-of-cpus';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { chainKnown, known, orAbsent } from '#model/known';

const cgroup = '/machine.slice/machine-qemu\\x2d1\\x2dguest1.scope';
const where = (first: number, second: number, more: Readonly<Record<string, string>> = {}) => ({
  '/run/libvirt/qemu/guest1.pid': '4711',
  '/proc/4711/cgroup': `0::${cgroup}/libvirt/emulator`,
  [`/sys/fs/cgroup${cgroup}/memory.numa_stat`]: `anon N0=${first * 2 ** 30} N1=${second * 2 ** 30}\nfile N0=0 N1=0\nshmem N0=0 N1=0`,
  ...more,
});
const pins = "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/></cputune>";
const huge = `${pins}<memoryBacking><hugepages/></memoryBacking>`;

export default defineRule({
  id: 'numa/memory-locality',
  subject: 'guest',
  guide: ['4.6.1'],
  severity: 'warning',
  says: 'The memory of the guest is on the nodes where its vCPUs run.',
  because: 'Memory on another node takes one and a half times as long to read, or more, and the link is shared by all.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.1: numa_hit, numa_miss of /proc/vmstat' },
    { grade: 'documented', at: 'linux: admin-guide/cgroup-v2.rst, memory.numa_stat and hugetlb.SIZE.numa_stat' },
  ],
  when: { guestType: ['kvm', 'qemu'], numaNodes: '>=2' },
  scope: { says: 'guests that run', holds: ({ guest }) => known(guest.live.state !== 'absent') },
  intents: { database: { level: 'must' }, latency: { level: 'must' }, hpc: { level: 'must' } },
  params: { least: { default: 90, unit: '% of its memory', why: 'a little of QEMU’s own is anywhere' } },
  costs: ['Moving memory takes bandwidth while it lasts.'],
  needs: {
    memory: ({ guest }) => guest.process.memoryByNode,
    placement: ({ guest }) => chainKnown(guest.live, live => vcpuPlacement(live)),
    backing: ({ guest }) => orAbsent(chainKnown(guest.live, live => live.memoryBacking)),
    nodes: ({ host }) => host.nodes,
    name: ({ guest }) => known(guest.name),
    pid: ({ guest }) => guest.process.pid,
  },
  check({ memory, placement, backing, nodes, name, pid }, { params }) {
    if (placement.usable === undefined) return notApplicable('its vCPUs run on any node');
    const near = nodesOfCpus(placement.usable, nodes);
    if (near.size === nodes.length) return notApplicable('its vCPUs run on every node');
    if (backing?.hugepages !== undefined && memory.huge === undefined)
      return undecided('where its huge pages are was not told', `numastat -p ${pid}`);
    const byNode = new Map(memory.normal);
    for (const [node, amount] of memory.huge ?? []) byNode.set(node, (byNode.get(node) ?? 0) + amount);
    const total = [...byNode.values()].reduce((sum, amount) => sum + amount, 0);
    if (total === 0) return undecided('the kernel counts no memory of it', `numastat -p ${pid}`);
    const local = [...byNode].reduce((sum, [node, amount]) => sum + (near.has(node) ? amount : 0), 0);
    const share = (100 * local) / total;
    if (share >= params.least) return good;
    const far = [...byNode].filter(([node, amount]) => !near.has(node) && amount > 0).map(([node]) => node);
    return bad(
      `${Math.round(100 - share)} % of its memory is on node ${far.join(', ')}, its vCPUs run on ${near.toString()}`,
      {
        wants: `at least ${params.least} % on node ${near.toString()}`,
        so: 'each access there goes over the link between the nodes',
        evidence: [
          { from: 'memory.numa_stat', value: [...byNode].map(([node, amount]) => `N${node}=${amount}`).join(' ') },
        ],
        otherwise: `Now: migratepages ${pid} ${far.join(',')} ${near.toString()}. For good: virsh numatune ${name} --mode strict --nodeset ${near.toString()} --config, then stop and start it.`,
      },
    );
  },
  examples: [
    { name: '40 % on the other node', guest: pins, files: where(3, 2), expect: 'bad', severity: 'warning' },
    { name: 'nearly all at home', guest: pins, files: where(49, 1), expect: 'good' },
    {
      name: 'huge pages at home',
      guest: huge,
      files: where(1, 0, { [`/sys/fs/cgroup${cgroup}/hugetlb.2MB.numa_stat`]: `total=${2 ** 32} N0=${2 ** 32} N1=0` }),
      expect: 'good',
    },
    {
      name: 'huge pages elsewhere',
      guest: huge,
      files: where(1, 0, { [`/sys/fs/cgroup${cgroup}/hugetlb.2MB.numa_stat`]: `total=${2 ** 32} N0=0 N1=${2 ** 32}` }),
      expect: 'bad',
    },
    { name: 'huge pages of which the kernel does not tell', guest: huge, files: where(1, 0), expect: 'unknown' },
    { name: 'vCPUs that float', files: where(1, 1), expect: 'not-applicable' },
  ],
});
