import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const cells =
  "<vcpu>4</vcpu><cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='2097152'/><cell id='1' cpus='2-3' memory='2097152'/></numa></cpu>";
const nodes = (...memnodes: readonly string[]): string =>
  `<numatune><memory mode='strict' nodeset='0-1'/>${memnodes.join('')}</numatune>`;
const memnode = (cell: number, nodeset: string, mode = 'strict'): string =>
  `<memnode cellid='${cell}' mode='${mode}' nodeset='${nodeset}'/>`;
const modes = new Set(['strict', 'preferred', 'interleave', 'restrictive']);

export default defineRule({
  id: 'numa/memnode-consistent',
  subject: 'guest',
  guide: ['4.6.3.2'],
  severity: 'error',
  says: 'Each memnode binds a cell that the guest has to nodes that the host has.',
  because:
    'libvirt rejects a memnode for a cell that is not there, and a guest bound to a missing node does not start.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, NUMA Node Tuning, memnode; mode restrictive (7.3.0)' },
    { grade: 'measured', at: 'libvirt 9.0: Element ’memnode’ is invalid without any guest NUMA cells' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'The sample has memnode cellid=2 placement=strict and the cells 0 and 1.',
      truth: 'memnode has no attribute placement, and a cell must be there to be bound.',
      source: 'libvirt: formatdomain, NUMA Node Tuning',
      errata: ['X34'],
      guideCannot: 'libvirt does not take the sample',
    },
  ],
  needs: {
    numatune: ({ guest }) => guest.config.numatune,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    nodes: ({ host }) => ifKnown(host.nodes),
    name: ({ guest }) => known(guest.name),
  },
  check({ numatune, cpu, nodes: all, name }) {
    const { cells: bound, memory } = numatune;
    if (bound.length === 0) return good;
    const ids = (cpu?.cells ?? []).map(({ id }) => id);
    const there = all && CpuSet.of(all.filter(({ total }) => total !== 0).map(({ node }) => node));
    const edit = (what: string): string => `${what}: virsh edit ${name}.`;
    if (ids.length === 0) {
      return bad(`memnode binds cell ${bound.map(({ cell }) => cell).join(', ')}, and it has no NUMA cells`, {
        wants: 'cells in cpu/numa, or no memnode',
        so: 'libvirt rejects the definition',
        otherwise: edit('Add the cells, or bind all memory with the memory element of numatune'),
      });
    }
    const lost = bound.filter(({ cell }) => !ids.includes(cell));
    if (lost.length > 0) {
      return bad(`memnode binds cell ${lost.map(({ cell }) => cell).join(', ')}, which it has not`, {
        wants: `a cell of ${ids.join(', ')}`,
        so: 'libvirt rejects the definition',
        otherwise: edit('Correct cellid'),
      });
    }
    const twice = bound.find((one, at) => bound.findIndex(({ cell }) => cell === one.cell) < at);
    if (twice !== undefined) {
      return bad(`two memnodes bind cell ${twice.cell}`, {
        wants: 'one for each cell',
        otherwise: edit('Take one of them out'),
      });
    }
    if (memory?.placement === 'auto') {
      return bad(`its memory is placed by numad, and ${bound.length} cells are bound`, {
        wants: 'placement auto or memnode',
        so: 'libvirt rejects the definition',
        otherwise: edit('Take placement=’auto’ or the memnodes out'),
      });
    }
    const away = there && bound.find(({ nodeset }) => !nodeset.isSubsetOf(there));
    if (there !== undefined && away !== undefined) {
      return bad(`cell ${away.cell} is bound to node ${away.nodeset.minus(there)}, which has no memory here`, {
        wants: `nodes of ${there}`,
        so: 'it does not start',
        otherwise: edit('Correct the nodeset'),
      });
    }
    const odd = bound.find(({ mode }) => !modes.has(mode));
    const used = new Set([...bound.map(({ mode }) => mode), memory?.mode ?? 'strict']);
    if (odd !== undefined || (used.has('restrictive') && used.size > 1)) {
      return bad(
        odd === undefined ? `it mixes the modes ${[...used].join(' and ')}` : `cell ${odd.cell} has mode ${odd.mode}`,
        {
          wants: 'strict, preferred, interleave, or restrictive for all',
          so: 'libvirt rejects the definition',
          otherwise: edit('Correct the mode'),
        },
      );
    }
    // what libvirt rejects is seen without the host; what does not start is not
    return there === undefined ? undecided('which NUMA nodes the host has', 'numactl --hardware') : good;
  },
  examples: [
    { name: 'no cells', guest: nodes(memnode(0, '0')), expect: 'bad', severity: 'error' },
    { name: "the guide's cell 2", guest: cells + nodes(memnode(2, '0')), expect: 'bad', severity: 'error' },
    { name: 'a node for each cell', guest: cells + nodes(memnode(0, '0'), memnode(1, '1')), expect: 'good' },
    { name: 'a cell bound twice', guest: cells + nodes(memnode(0, '0'), memnode(0, '1')), expect: 'bad' },
    { name: 'a node that is not there', guest: cells + nodes(memnode(1, '3')), expect: 'bad', severity: 'error' },
    { name: 'restrictive for one of two', guest: cells + nodes(memnode(0, '0', 'restrictive')), expect: 'bad' },
    { name: 'a mode that is none', guest: cells + nodes(memnode(0, '0', 'near')), expect: 'bad' },
    {
      name: 'placed by numad',
      guest: `${cells}<numatune><memory mode='strict' placement='auto'/>${memnode(0, '0')}</numatune>`,
      expect: 'bad',
    },
    { name: 'memory alone', guest: nodes(), expect: 'good' },
    { name: 'no numatune', expect: 'not-applicable' },
    {
      name: 'a host whose nodes cannot be read',
      guest: cells + nodes(memnode(0, '0')),
      files: { '/sys/devices/system/node/': null, '/sys/devices/system/node': 'denied' },
      libvirt: { capabilities: '<capabilities/>' },
      expect: 'unknown',
    },
    {
      name: 'a cell that is no number',
      guest: `${cells}<numatune><memnode cellid='x' nodeset='0'/></numatune>`,
      expect: 'unknown',
    },
  ],
});
