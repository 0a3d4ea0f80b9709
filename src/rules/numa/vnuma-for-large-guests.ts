import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { nodesNeeded, smallestNode } from '#model/derived/node-share';
import { known, orAbsent } from '#model/known';
import { printBytes } from '#units/bytes';

const sized = (gib: number, vcpus = 2): string =>
  `<memory unit='GiB'>${gib}</memory><currentMemory unit='GiB'>${gib}</currentMemory><vcpu>${vcpus}</vcpu>`;
const cells = (gib: number, ...cpus: readonly string[]): string =>
  `<cpu mode='host-model'><numa>${cpus.map((set, id) => `<cell id='${id}' cpus='${set}' memory='${gib}' unit='GiB'/>`).join('')}</numa></cpu>`;

export default defineRule({
  id: 'numa/vnuma-for-large-guests',
  subject: 'guest',
  guide: ['4.6.3.1'],
  severity: 'warning',
  says: 'A guest that is larger than a node sees nodes, and one that is not sees one.',
  because:
    'A guest over several nodes that sees only one spreads its data and threads blindly; its kernel can keep them together when it sees the nodes.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.3.1' },
    { grade: 'documented', at: 'libvirt: formatdomain, Guest NUMA topology (QEMU; Xen since 3.10)' },
    { grade: 'measured', at: 'virt-install 4.1: --cpu numa.cell0.cpus=…,numa.cell0.memory=… and --numatune' },
  ],
  when: { guestType: ['kvm'], numaNodes: '>=2' },
  intents: { hpc: { level: 'must' }, database: { level: 'should' } },
  params: {},
  costs: ['The guest moves only to hosts with nodes of this size; huge pages must be there on each node.'],
  departs: [
    {
      guideSays: 'virt-install cannot make cells, and only QEMU has them.',
      truth: 'virt-install has --cpu numa.cell0… and --numatune; libvirt does vNUMA with Xen too.',
      source: 'virt-install(1), --cpu; libvirt: formatdomain, Guest NUMA topology',
      errata: ['X32'],
      guideSame: 'which guests need cells does not depend on the tool that makes them',
    },
  ],
  needs: {
    memory: ({ guest }) => guest.config.memory,
    vcpus: ({ guest }) => guest.config.vcpus,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    maxMemory: ({ guest }) => orAbsent(guest.config.maxMemory),
    nodes: ({ host }) => host.nodes,
    name: ({ guest }) => known(guest.name),
  },
  check({ memory, vcpus, cpu, maxMemory, nodes, name }, { intents }) {
    const node = smallestNode(nodes);
    if (node === undefined) return undecided('the sizes of the nodes were not told', 'read /sys/devices/system/node');
    const needed = Math.min(nodesNeeded(memory, vcpus.max, node), nodes.length);
    const has = cpu?.cells.length ?? 0;
    const size = `${printBytes(memory)} and ${vcpus.max} vCPUs`;
    const ofNode = `${printBytes(node.memory)} and ${node.cpus} CPUs`;
    if (has < needed && needed > 1) {
      const each = Math.ceil(memory / needed / 2 ** 30);
      const from = (cell: number): number => Math.floor((cell * vcpus.max) / needed);
      const args = [...Array(needed).keys()].map(id => {
        const cpus = from(id) < from(id + 1) ? `numa.cell${id}.cpus=${from(id)}-${from(id + 1) - 1},` : '';
        return `${cpus}numa.cell${id}.memory=${each * 2 ** 20}`;
      });
      return bad(`it has ${size}, a node ${ofNode}, and it sees ${has === 0 ? 'no nodes' : `${has} of ${needed}`}`, {
        wants: `${needed} cells of ${each} GiB, each bound to a node`,
        so: 'most of its memory is remote, and its kernel cannot know',
        wish: { kind: 'place-guest', detail: { guest: name, cells: needed } },
        otherwise: `virt-xml ${name} --edit --cpu ${args.join(',')}; then bind each cell to a node with memnode, and pin its vCPUs there.`,
      });
    }
    if (has <= 1 || needed > 1 || maxMemory !== undefined || intents.includes('hpc')) return good;
    return bad(`it sees ${has} nodes, and with ${size} fits one (${ofNode})`, {
      severity: 'hint',
      wants: 'one cell, or none',
      so: 'its kernel treats memory as remote that is not',
      otherwise: `Take the cells out, and bind it to one node: virsh edit ${name}.`,
    });
  },
  examples: [
    { name: '48 GiB on nodes of 32', guest: sized(48), expect: 'bad', severity: 'warning' },
    { name: 'two cells', guest: sized(48) + cells(24, '0', '1'), expect: 'good' },
    { name: '12 vCPUs on nodes of 8', guest: sized(4, 12), expect: 'bad' },
    { name: 'small, with two cells', guest: sized(4) + cells(2, '0', '1'), expect: 'bad', severity: 'hint' },
    { name: 'small, with two cells, hpc', guest: sized(4) + cells(2, '0', '1'), intents: ['hpc'], expect: 'good' },
    { name: 'small', expect: 'good' },
    {
      name: 'one node',
      guest: sized(48),
      files: { '/sys/devices/system/node/online': '0', '/sys/devices/system/node/node1/': null },
      expect: 'not-applicable',
    },
    { name: 'memory that is no size', guest: '<memory>much</memory>', expect: 'unknown' },
  ],
});
