import { shrinkPools } from '#change/recipes/shrink-pools';
import { defineRule } from '#check/define-rule';
import { hugeXml, meminfoFile, memoryXml, poolFiles } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { hostReserve } from '#model/derived/host-reserve';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { type HugePageUse, hugePageUse } from '#model/derived/huge-page-use';
import { memoryCommitment } from '#model/derived/memory-commitment';
import { poolTargets } from '#model/derived/pool-target';
import { asFact, ifKnown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import { bytes, lessBytes, printBytes, sumBytes } from '#units/bytes';
import { bytesOfPages, type Pages } from '#units/pages';

const host = (total: number, ...nodes: readonly [number, number]) => ({
  ...meminfoFile({ total, hugetlb: nodes[0] + nodes[1] }),
  ...poolFiles({ nodes: [nodes[0] * 512, nodes[1] * 512] }),
});

const committedPages = (use: HugePageUse | undefined): readonly Pages[] =>
  (use?.guests ?? []).filter(guest => guest.isCommitted).flatMap(({ next }) => next.map(need => need.pages));

const so = 'the OOM killer ends processes while huge pages lie free';

const takenOf = (pools: readonly HugePagePool[], node: number): number =>
  pools.reduce((sum, { pageSize, nodes }) => sum + pageSize * (nodes.find(of => of.node === node)?.total ?? 0), 0);

export default defineRule({
  id: 'host-memory/hugepages-starving-host',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'Huge-page pools leave the host and the guests on normal pages enough memory.',
  because: 'Reserved pages serve nothing else: the host runs out of memory while huge pages lie free.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: huge pages come with drawbacks' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/hugetlbpage.rst: reserved pages cannot be used for other purposes',
    },
  ],
  intents: {},
  params: {},
  costs: ['Fewer huge pages are left for guests to come.'],
  departs: [
    {
      guideSays: 'Huge pages reduce host memory consumption.',
      truth: 'That holds for page tables only; the pool itself is taken whether guests use it or not.',
      source: 'linux: admin-guide/mm/hugetlbpage.rst',
      errata: ['X55'],
      guideSame: 'the guide names no bound for the pool',
    },
  ],
  needs: {
    total: ({ host }) => host.memory.total,
    hugetlb: ({ host }) => host.memory.hugetlb,
    pools: ({ host }) => host.memory.hugePages,
    reserve: ({ host }) => hostReserve(host.memory),
    nodes: ({ host }) => ifKnown(host.nodes),
    commitment: ({ host, guests }) => asFact(memoryCommitment(host, guests)),
    use: ({ host, guests }) => ifKnown(hugePageUse(guests, host.memory)),
    setup: ({ host }) => hugePageSetup(host),
  },
  check({ total, hugetlb, pools, reserve, nodes = [], commitment, use, setup }) {
    if (hugetlb === 0) return notApplicable('no huge pages are reserved');
    const rest = total - hugetlb;
    const targets = use === undefined || use.known < use.of ? [] : poolTargets(pools, use);
    const needed = sumBytes(committedPages(use).map(bytesOfPages));
    if (needed > total - reserve) return notApplicable('guests need them all: overcommit/unswappable-memory');
    const after = (count: 'comfortable' | 'least'): number =>
      total - sumBytes(targets.map(target => bytes(target[count] * target.pool.pageSize)));
    const demand = commitment.state === 'known' ? commitment.value.demand : bytes(0);
    // one guest more is spared where that leaves enough
    const count = after('comfortable') - reserve >= demand ? 'comfortable' : 'least';
    const shrunk = targets.filter(target => target[count] < target.pool.total - target.pool.surplus);
    const helps = shrunk.length > 0 && after(count) >= reserve;
    const lack = printBytes(lessBytes(reserve, bytes(Math.max(0, rest))));
    const cover = helps
      ? shrinkPools(
          shrunk.map(target => ({ target, count: target[count] })),
          setup,
        )
      : { otherwise: `Make the pools smaller by ${lack}, and move guests on huge pages to another host.` };
    if (rest < reserve) {
      return bad(`huge pages leave the host ${printBytes(bytes(Math.max(0, rest)))} of ${printBytes(total)}`, {
        wants: `at least ${printBytes(reserve)} beside the pools`,
        so,
        ...cover,
      });
    }
    const share = bytes(Math.ceil(reserve / Math.max(1, nodes.length)));
    for (const { node, total: ofNode, cpus } of nodes) {
      const taken = takenOf(pools, node);
      if (ofNode === undefined || cpus.isEmpty || taken === 0 || ofNode - taken >= share) continue;
      const left = bytes(Math.max(0, ofNode - taken));
      return bad(`huge pages leave node ${node} ${printBytes(left)} of ${printBytes(ofNode)}`, {
        wants: `at least ${printBytes(share)} beside the pools of the node`,
        so,
        otherwise: `Reserve ${printBytes(lessBytes(share, left))} of huge pages fewer on node ${node}, on another node instead if need be.`,
      });
    }
    if (commitment.state === 'absent') return good;
    if (commitment.state === 'unknown') return undecided(commitment.reason, commitment.remedy);
    const { capacity, known, of, missing } = commitment.value;
    // a host too small for its guests is overcommit/memory-total's business; a pool too large is this rule's
    if (demand > capacity && helps && after(count) - reserve >= demand)
      return bad(
        `huge pages leave guests on normal pages ${printBytes(capacity)}, and they are promised ${printBytes(demand)}`,
        {
          severity: 'warning',
          wants: `${printBytes(demand)} beside the pools and the host's ${printBytes(reserve)}`,
          so: 'the host swaps while huge pages lie free',
          ...cover,
        },
      );
    return known < of ? undecided(`the memory of ${of - known} of ${of} guests is unknown`, missing?.remedy) : good;
  },
  examples: [
    { name: '31 of 32 GiB', files: host(32, 16, 15), expect: 'bad', fixes: ['huge-page-pool'] },
    { name: '24 of 32 GiB', files: host(32, 12, 12), guest: hugeXml(24), expect: 'good' },
    { name: '31 of 32 GiB for a guest', files: host(32, 16, 15), guest: hugeXml(31), expect: 'not-applicable' },
    { name: 'a node is full', files: host(64, 32, 0), guest: hugeXml(32), expect: 'bad', severity: 'error' },
    {
      name: 'no room for guests on normal pages',
      files: host(64, 20, 20),
      guest: memoryXml(24),
      expect: 'bad',
      severity: 'warning',
      fixes: ['huge-page-pool'],
    },
    { name: 'no pool', expect: 'not-applicable' },
    {
      name: 'starved whatever the guests are',
      files: host(32, 16, 15),
      libvirt: null,
      expect: 'bad',
      severity: 'error',
    },
    { name: 'guests unknown', files: host(64, 8, 8), libvirt: null, expect: 'unknown' },
  ],
});
