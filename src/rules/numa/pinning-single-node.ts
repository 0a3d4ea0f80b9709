import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { nodesOfCpus } from '#model/derived/nodes-of-cpus';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { known, mapKnown, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const pins = (...cpus: readonly number[]): string =>
  `<cputune>${cpus.map((cpu, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`).join('')}</cputune>`;
const memory = (nodeset: string, mode = 'strict'): string =>
  `<numatune><memory mode='${mode}' nodeset='${nodeset}'/></numatune>`;
const cells =
  "<vcpu>4</vcpu><cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='2097152'/><cell id='1' cpus='2-3' memory='2097152'/></numa></cpu>";
const memnodes =
  "<numatune><memory mode='strict' nodeset='0-1'/><memnode cellid='0' mode='strict' nodeset='0'/><memnode cellid='1' mode='strict' nodeset='1'/></numatune>";

export default defineRule({
  id: 'numa/pinning-single-node',
  subject: 'guest',
  guide: ['4.5.2.2', '4.6'],
  severity: 'warning',
  says: 'Pinned vCPUs and their memory are on one node.',
  because: 'A vCPU that reads memory of another node waits half as long again, and shares the link with all others.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.2 and 4.6' },
    { grade: 'documented', at: 'libvirt: formatdomain, NUMA Node Tuning' },
  ],
  when: { guestType: ['kvm', 'qemu'], numaNodes: '>=2' },
  scope: {
    says: 'guests with pinned vCPUs',
    holds: ({ guest }) => mapKnown(vcpuPlacement(guest.config), ({ pins: all }) => all.size > 0),
  },
  intents: {
    latency: { level: 'must' },
    hpc: { level: 'must' },
    database: { level: 'must' },
    migratable: { level: 'neutral', want: 'mode preferred' },
  },
  params: {},
  costs: ['Bound memory is taken from one node only: start fails or the node swaps when it is full.'],
  needs: {
    placement: ({ guest }) => vcpuPlacement(guest.config),
    nodes: ({ host }) => host.nodes,
    numatune: ({ guest }) => orAbsent(guest.config.numatune),
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    name: ({ guest }) => known(guest.name),
  },
  check({ placement, nodes, numatune, cpu, name }, { intents }) {
    const cells = cpu?.cells ?? [];
    const parts = (cells.length > 1 ? cells : [{ id: undefined, cpus: undefined }]).map(({ id, cpus }) => {
      const own = [...placement.pins].filter(([vcpu]) => cpus === undefined || cpus.has(vcpu)).map(([, set]) => set);
      const tuning = numatune?.cells.find(({ cell }) => cell === id) ?? numatune?.memory;
      return { id, at: nodesOfCpus(CpuSet.of(own.flatMap(set => [...set])), nodes), memory: tuning?.nodeset };
    });
    const of = (id: number | undefined): string => (id === undefined ? '' : ` of cell ${id}`);
    const apart = parts.find(({ at, memory: from }) => !at.isEmpty && from?.intersect(at).isEmpty === true);
    if (apart !== undefined) {
      return bad(`the vCPUs${of(apart.id)} are pinned to node ${apart.at}, their memory to node ${apart.memory}`, {
        severity: 'error',
        wants: 'vCPUs and memory on one node',
        so: 'each access to memory goes over the link between nodes',
        otherwise: `Bind the memory to node ${apart.at} in numatune (virsh edit ${name}), or pin the vCPUs to CPUs of node ${apart.memory}: virsh vcpupin ${name} VCPU CPU --live --config.`,
      });
    }
    const wide = parts.find(({ at }) => at.size > 1);
    if (wide !== undefined) {
      return bad(`the vCPUs${of(wide.id)} are pinned to CPUs of nodes ${wide.at}`, {
        wants: cells.length > 1 ? 'the vCPUs of a cell on one node' : 'all on one node, or a guest cell for each',
        so: 'some of its memory is remote for each of them',
        wish: { kind: 'place-guest', detail: { guest: name } },
        otherwise: `Pin them to CPUs of one node: virsh vcpupin ${name} VCPU CPU --live --config.`,
      });
    }
    const loose = parts.find(({ at, memory: from }) => !at.isEmpty && from === undefined);
    if (loose === undefined || numatune?.memory?.placement === 'auto') return good;
    const mode = intents.includes('migratable') ? 'preferred' : 'strict';
    const canFix = numatune === undefined && parts.length === 1;
    return bad(`the vCPUs${of(loose.id)} are pinned to node ${loose.at}, their memory may be on any`, {
      wants: `memory of node ${loose.at}, mode ${mode}`,
      so: 'memory that was free elsewhere when it started stays remote',
      ...(canFix
        ? {
            fix: [
              editDomain(
                name,
                [{ path: 'numatune', content: undefined }],
                [{ path: 'numatune', content: memory(loose.at.toString(), mode) }],
              ),
            ],
          }
        : { otherwise: `Bind the memory of each cell with memnode in numatune: virsh edit ${name}.` }),
    });
  },
  examples: [
    { name: 'CPUs of two nodes', guest: pins(0, 4) + memory('0-1'), expect: 'bad', severity: 'warning' },
    { name: 'one node, and its memory', guest: pins(0, 1) + memory('0'), expect: 'good' },
    { name: 'memory on the other', guest: pins(0, 1) + memory('1'), expect: 'bad', severity: 'error' },
    { name: 'memory anywhere', guest: pins(0, 1), expect: 'bad', severity: 'warning', fixes: ['domain-xml'] },
    {
      name: 'memory anywhere, of a guest that moves',
      guest: pins(0, 1),
      intents: ['migratable'],
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: 'a cell on each node', guest: cells + pins(0, 1, 4, 5) + memnodes, expect: 'good' },
    { name: 'a cell over two nodes', guest: cells + pins(0, 4, 4, 5) + memnodes, expect: 'bad' },
    { name: 'no pins', expect: 'not-applicable' },
    { name: 'a nodeset that cannot be read', guest: pins(0, 1) + memory('near'), expect: 'unknown' },
  ],
});
