import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { boundMemory } from '#model/derived/bound-memory';
import { committedGuests, isRunning } from '#model/derived/committed-guests';
import { hostReserve } from '#model/derived/host-reserve';
import { chainKnown, known, listKnown, mapKnown, orAbsent } from '#model/known';
import { bytes, printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

const bound = (gib: number, nodes: string, mode = 'strict'): string =>
  `<memory unit='GiB'>${gib}</memory><currentMemory unit='GiB'>${gib}</currentMemory><numatune><memory mode='${mode}' nodeset='${nodes}'/></numatune>`;
const off = (xml: string) => ({ xml, isRunning: false, autostart: false });

export default defineRule({
  id: 'numa/strict-capacity',
  subject: 'guest',
  guide: ['4.6.3.2'],
  severity: 'error',
  says: 'The nodes that a guest is bound to can give its memory and that of all others bound there.',
  because:
    'Bound memory comes from these nodes alone: when they are full the host swaps or kills there, however much is free on others.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.3.2' },
    { grade: 'documented', at: 'linux: admin-guide/mm/numa_memory_policy.rst, MPOL_BIND' },
    { grade: 'measured', at: 'libvirt 9.0: NUMA node 1 is unavailable' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { latency: { level: 'must' }, hpc: { level: 'must' }, database: { level: 'must' } },
  params: {},
  costs: ['Another node or mode preferred: some memory may be remote.'],
  needs: {
    numatune: ({ guest }) => guest.config.numatune,
    own: ({ guest, host }) => boundMemory(guest.config, host.memory),
    committed: ({ guests, host }) =>
      chainKnown(committedGuests(guests), all =>
        listKnown(all.map(one => mapKnown(boundMemory(one.config, host.memory), parts => ({ name: one.name, parts })))),
      ),
    running: ({ guest }) => isRunning(guest),
    nodes: ({ host }) => host.nodes,
    reserve: ({ host }) => hostReserve(host.memory),
    pools: ({ host }) => orAbsent(host.memory.hugePages),
    name: ({ guest }) => known(guest.name),
  },
  check({ numatune, own, committed, running, nodes, reserve, pools = [], name }) {
    const wanted = CpuSet.of([...(numatune.memory?.nodeset ?? [])]);
    const there = CpuSet.of(nodes.filter(({ total }) => total !== 0).map(({ node }) => node));
    const lost = wanted.minus(there);
    if (!lost.isEmpty) {
      return bad(`its memory is bound to node ${lost}, which has no memory here`, {
        wants: `nodes of ${there}`,
        so: 'it does not start',
        otherwise: `virsh numatune ${name} --nodeset NODES --config, with nodes of ${there}.`,
      });
    }
    if (own.length === 0) return notApplicable('its memory is not bound to nodes, or is made of huge pages');
    if (nodes.some(({ total }) => total === undefined)) return undecided('the memory of a node was not told');
    const others = committed.filter(one => one.name !== name).flatMap(({ parts }) => parts);
    const all = [...own, ...others];
    const sets = new Map([...own, ...others].map(({ nodes: set }) => [set.toString(), set]));
    for (const { nodes: mine } of own)
      for (const set of [...sets.values()]) if (!set.intersect(mine).isEmpty) addUnion(sets, set, mine);
    const roomOf = (set: CpuSet): number =>
      nodes
        .filter(({ node }) => set.has(node))
        .reduce((sum, { node, total = 0 }) => {
          const huge = pools.reduce(
            (held, pool) => held + (pool.nodes.find(one => one.node === node)?.total ?? 0) * pool.pageSize,
            0,
          );
          return sum + Math.max(0, total - reserve / nodes.length - huge);
        }, 0);
    for (const set of sets.values()) {
      if (!own.some(({ nodes: mine }) => mine.isSubsetOf(set))) continue;
      const inside = all.filter(({ nodes: part }) => part.isSubsetOf(set));
      const need = inside.reduce((sum, { amount }) => sum + amount, 0);
      const room = roomOf(set);
      if (need <= room) continue;
      const mine = own.filter(({ nodes: part }) => part.isSubsetOf(set)).reduce((sum, { amount }) => sum + amount, 0);
      return bad(
        `${printBytes(bytes(need))} of guests are bound to node ${set}, which can give ${printBytes(bytes(Math.floor(room)))}`,
        {
          severity: committed.some(one => one.name === name) ? 'error' : 'warning',
          wants: `at most ${printBytes(bytes(Math.floor(room)))} there; ${printBytes(bytes(mine))} are its own`,
          so: 'the host swaps or kills on that node, however much is free on others',
          wish: { kind: 'place-guest', detail: { guest: name } },
          otherwise: `Bind it to another node, or only prefer this one: virsh numatune ${name} --mode preferred --config.`,
        },
      );
    }
    if (running) return good;
    for (const { amount, nodes: set } of own) {
      const near = nodes.filter(({ node }) => set.has(node));
      const free = near.reduce((sum, one) => sum + (one.free ?? 0) + (one.filePages ?? 0) + (one.reclaimable ?? 0), 0);
      if (amount <= free) continue;
      return bad(`it needs ${printBytes(amount)} of node ${set}, where ${printBytes(bytes(free))} can be had now`, {
        severity: 'warning',
        wants: `${printBytes(amount)} free or in the page cache there`,
        so: 'starting it makes the host swap on that node',
        otherwise: `Bind it to another node, or stop or move a guest there first: virsh numatune ${name} --nodeset NODES --config.`,
      });
    }
    return good;
  },
  examples: [
    { name: 'twice 20 GiB on 32', guest: bound(20, '0'), others: [bound(20, '0')], expect: 'bad', severity: 'error' },
    { name: 'once 20 GiB', guest: bound(20, '0'), others: [bound(20, '1')], expect: 'good' },
    { name: 'preferred', guest: bound(20, '0', 'preferred'), others: [bound(20, '0')], expect: 'not-applicable' },
    {
      name: 'one on both nodes, two on one each',
      guest: bound(20, '0-1'),
      others: [bound(25, '0'), bound(25, '1')],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a node that is not there', guest: bound(4, '2'), expect: 'bad', severity: 'error' },
    {
      name: 'off, and the node is taken',
      guest: off(bound(20, '0')),
      others: [bound(20, '0')],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'off, and little is free', guest: off(bound(28, '0')), expect: 'bad', severity: 'warning' },
    { name: 'off, and enough is free', guest: off(bound(16, '0')), expect: 'good' },
    { name: 'not bound', expect: 'not-applicable' },
    { name: 'a nodeset that cannot be read', guest: bound(4, 'near'), expect: 'unknown' },
  ],
});

function addUnion(sets: Map<string, CpuSet>, one: CpuSet, other: CpuSet): void {
  const union = one.union(other);
  sets.set(union.toString(), union);
}
