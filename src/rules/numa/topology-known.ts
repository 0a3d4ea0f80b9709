import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

const cell = (id: number, gib: number, cpus: readonly number[]): string =>
  `<cell id='${id}'><memory unit='GiB'>${gib}</memory><cpus num='${cpus.length}'>${cpus.map(cpu => `<cpu id='${cpu}'/>`).join('')}</cpus></cell>`;
const capabilities = (...cells: readonly string[]): string =>
  `<capabilities><host><cpu><arch>x86_64</arch></cpu><topology><cells num='${cells.length}'>${cells.join('')}</cells></topology></host></capabilities>`;
const node0 = [0, 1, 2, 3, 8, 9, 10, 11];
const node1 = [4, 5, 6, 7, 12, 13, 14, 15];
const both = [...node0, ...node1];

export default defineRule({
  id: 'numa/topology-known',
  subject: 'host',
  guide: ['4.6'],
  severity: 'info',
  says: 'libvirt and the kernel see the same NUMA nodes, and each has memory.',
  because:
    'libvirt places and binds guests by the topology that it read when it started; memory that it does not know is not used.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6: virsh capabilities, numactl --hardware' },
    { grade: 'documented', at: 'linux: ABI/stable/sysfs-devices-node' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    apart: {
      default: 0.1,
      unit: 'of a node’s memory',
      why: 'the two count reserved memory differently; more than this is memory that one of them does not know',
    },
  },
  costs: [],
  needs: {
    nodes: ({ host }) => host.nodes,
    capabilities: ({ host }) => host.libvirt.capabilities,
    online: ({ host }) => host.cpuSets.online,
  },
  check({ nodes, capabilities: { cells }, online }, { params }) {
    const otherwise =
      'Restart the daemon, which reads the topology when it starts (guests keep running): systemctl restart virtqemud, or libvirtd.';
    const so = 'guests are placed by a topology that is no longer true';
    const ids = CpuSet.of(nodes.map(({ node }) => node));
    const ofLibvirt = CpuSet.of(cells.map(({ id }) => id));
    if (cells.length > 0 && !ids.equals(ofLibvirt))
      return bad(`the kernel has NUMA nodes ${ids}, libvirt ${ofLibvirt}`, { wants: 'the same nodes', so, otherwise });
    for (const { node, cpus, total } of nodes) {
      const cell = cells.find(({ id }) => id === node);
      if (cell === undefined) continue;
      const seen = cell.cpus.intersect(online);
      if (!seen.equals(cpus))
        return bad(`node ${node} has CPUs ${cpus}, libvirt says ${seen}`, { wants: 'the same CPUs', so, otherwise });
      if (cell.memory === undefined || total === undefined) continue;
      if (Math.abs(cell.memory - total) <= params.apart * Math.max(cell.memory, total)) continue;
      const saw = `node ${node} has ${printBytes(total)}, libvirt says ${printBytes(cell.memory)}`;
      return bad(saw, { wants: 'the same memory', so, otherwise });
    }
    const bare = nodes.filter(({ total, cpus }) => total === 0 && !cpus.isEmpty);
    if (bare.length === 0) return good;
    return bad(`node ${bare.map(({ node }) => node).join(', ')} has CPUs and no memory`, {
      wants: 'memory modules on each node',
      so: 'all memory of guests that run there is remote',
      otherwise: 'Put memory modules into the slots of that socket, and keep guests off its CPUs until then.',
    });
  },
  examples: [
    {
      name: 'libvirt sees one node',
      libvirt: { capabilities: capabilities(cell(0, 64, both)) },
      expect: 'bad',
      severity: 'info',
    },
    { name: 'both see two', expect: 'good' },
    {
      name: 'CPUs of the other node',
      libvirt: { capabilities: capabilities(cell(0, 32, node1), cell(1, 32, node0)) },
      expect: 'bad',
    },
    {
      name: 'memory that came later',
      libvirt: { capabilities: capabilities(cell(0, 4, node0), cell(1, 32, node1)) },
      expect: 'bad',
    },
    {
      name: 'a node without memory',
      libvirt: { capabilities: capabilities(cell(0, 32, node0), cell(1, 0, node1)) },
      files: { '/sys/devices/system/node/node1/meminfo': 'Node 1 MemTotal: 0 kB\nNode 1 MemFree: 0 kB' },
      expect: 'bad',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
