import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { nodesNeeded, smallestNode } from '#model/derived/node-share';
import { nodesOfCpus } from '#model/derived/nodes-of-cpus';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent } from '#model/known';
import { printBytes } from '#units/bytes';

const sized = (gib: number, vcpu: string): string =>
  `<memory unit='GiB'>${gib}</memory><currentMemory unit='GiB'>${gib}</currentMemory>${vcpu}`;
const memory = (nodes: string): string => `<numatune><memory mode='strict' nodeset='${nodes}'/></numatune>`;
const onNode1 = "<vcpu cpuset='4-7,12-15'>8</vcpu>";
const balancingOff = { '/proc/sys/kernel/numa_balancing': '0' };

export default defineRule({
  id: 'numa/guest-fits-one-node',
  subject: 'guest',
  guide: ['4.6.3.2'],
  severity: 'hint',
  says: 'A guest that fits one node is kept on one.',
  because: 'Its vCPUs wander over all nodes, and each time they leave all their memory on another.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.3.2' },
    { grade: 'documented', at: 'libvirt: formatdomain, NUMA Node Tuning and CPU Allocation (cpuset, placement)' },
  ],
  when: { guestType: ['kvm'], numaNodes: '>=2' },
  intents: {
    general: { level: 'should' },
    database: { level: 'must' },
    latency: { level: 'must' },
    hpc: { level: 'must' },
    migratable: { level: 'should', want: 'mode preferred, and no cpuset' },
    density: { level: 'avoid' },
    desktop: { level: 'avoid' },
  },
  params: {
    smallShare: {
      default: 0.5,
      unit: 'of a node',
      why: 'general guests smaller than this the kernel’s own balancing keeps together well enough',
    },
  },
  costs: ['When its node is full it waits or swaps while others have room.'],
  departs: [
    {
      guideSays: 'Do not let a guest spread over nodes.',
      truth: 'Automatic balancing (4.6.1) keeps small guests together, and bound guests leave nothing to balance.',
      source: 'linux: admin-guide/sysctl/kernel.rst, numa_balancing',
      errata: ['X63'],
      guideParams: { smallShare: 0 },
    },
  ],
  needs: {
    size: ({ guest }) => guest.config.memory,
    placement: ({ guest }) => vcpuPlacement(guest.config),
    numatune: ({ guest }) => orAbsent(guest.config.numatune),
    vcpus: ({ guest }) => guest.config.vcpus,
    nodes: ({ host }) => host.nodes,
    balancing: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing'].running),
    name: ({ guest }) => known(guest.name),
  },
  check({ size, placement, numatune, vcpus, nodes, balancing, name }, { intents, params }) {
    const node = smallestNode(nodes);
    if (node === undefined) return undecided('the sizes of the nodes were not told', 'read /sys/devices/system/node');
    if (nodesNeeded(size, placement.max, node) > 1)
      return notApplicable('it is larger than a node, which numa/vnuma-for-large-guests judges');
    if (placement.pins.size > 0) return notApplicable('it is pinned, which numa/pinning-single-node judges');
    if (vcpus.placement === 'auto' || numatune?.memory?.placement === 'auto') return good;
    const nodeset = numatune?.memory?.nodeset;
    const isQuick = intents.some(intent => intent === 'database' || intent === 'latency' || intent === 'hpc');
    const isMigratable = intents.includes('migratable');
    const mode = isMigratable ? 'preferred' : 'strict';
    const ofNode = `${printBytes(size)} and ${placement.max} vCPUs, a node ${printBytes(node.memory)} and ${node.cpus} CPUs`;
    const wish = { kind: 'place-guest', detail: { guest: name, mode } };
    const otherwise = `<numatune><memory mode='${mode}' nodeset='N'/></numatune>${isMigratable ? '' : " and <vcpu cpuset='CPUs of node N'>"}: virsh edit ${name}.`;
    if (nodeset !== undefined && nodeset.size > 1) {
      return bad(`its memory is spread over nodes ${nodeset}, and it fits one: it has ${ofNode}`, {
        wants: 'one node',
        wish,
        otherwise,
      });
    }
    const cpusAt = placement.rest === undefined ? undefined : nodesOfCpus(placement.rest, nodes);
    if (nodeset === undefined && cpusAt === undefined) {
      const isBalanced = (Number(balancing ?? 0) & 1) === 1;
      const isSmall = size < params.smallShare * node.memory && placement.max < params.smallShare * node.cpus;
      if (!isQuick && isBalanced && isSmall) return good;
      return bad(`it floats over ${nodes.length} nodes, and fits one: it has ${ofNode}`, {
        severity: isQuick ? 'warning' : 'hint',
        wants: `one node, memory mode ${mode}`,
        so: isBalanced ? 'the kernel carries its memory after it' : 'much of its memory is remote',
        wish,
        otherwise,
      });
    }
    const only = nodeset?.first ?? (cpusAt?.size === 1 ? cpusAt.first : undefined);
    if (nodeset === undefined && only !== undefined && numatune === undefined) {
      return bad(`its vCPUs stay on node ${only}, and its memory may be on any`, {
        wants: `memory of node ${only}, mode ${mode}`,
        fix: [
          editDomain(
            name,
            [{ path: 'numatune', content: undefined }],
            [{ path: 'numatune', content: `<numatune><memory mode='${mode}' nodeset='${only}'/></numatune>` }],
          ),
        ],
      });
    }
    return good;
  },
  examples: [
    {
      name: 'a database that floats',
      guest: sized(16, '<vcpu>8</vcpu>'),
      intents: ['database'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'on node 1', guest: sized(16, onNode1) + memory('1'), intents: ['database'], expect: 'good' },
    { name: 'a general guest of half a node', guest: sized(16, '<vcpu>8</vcpu>'), expect: 'bad', severity: 'hint' },
    { name: 'a small one', expect: 'good' },
    { name: 'a small one, and nothing is balanced', files: balancingOff, expect: 'bad', severity: 'hint' },
    { name: "a small one, by the guide's letter", policy: 'guide', expect: 'bad', severity: 'hint' },
    {
      name: 'memory of both nodes',
      guest: sized(16, '<vcpu>8</vcpu>') + memory('0-1'),
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'CPUs of node 1, memory of any', guest: sized(16, onNode1), expect: 'bad', fixes: ['domain-xml'] },
    { name: 'placed by numad', guest: sized(16, "<vcpu placement='auto'>8</vcpu>"), expect: 'good' },
    { name: 'larger than a node', guest: sized(48, '<vcpu>8</vcpu>'), expect: 'not-applicable' },
    { name: 'density', guest: sized(16, '<vcpu>8</vcpu>'), intents: ['density'], expect: 'not-applicable' },
    { name: 'a size that is none', guest: '<memory>much</memory>', expect: 'unknown' },
  ],
});
