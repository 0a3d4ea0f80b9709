import { shrinkPools } from '#change/recipes/shrink-pools';
import { defineRule } from '#check/define-rule';
import { hugeXml, meminfoFile, memoryXml, poolFiles } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { hostReserve } from '#model/derived/host-reserve';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { guestsOnPages, hugePageUse, pagesOfOthers } from '#model/derived/huge-page-use';
import { isOvercommitted, memoryCommitment } from '#model/derived/memory-commitment';
import { poolShortages } from '#model/derived/pool-shortage';
import { poolTargets } from '#model/derived/pool-target';
import { ifKnown } from '#model/known';
import { bytes, gib, printBytes } from '#units/bytes';
import { pages, printPages } from '#units/pages';

const pool = (node: number, free = node) => poolFiles({ nodes: [node, node], free: [free, free] });
const large = { ...pool(10240), ...meminfoFile({ hugetlb: 40 }) };
const off = (xml: string, autostart = false) => ({ xml, isRunning: false, autostart });
const onNode0 = off(hugeXml(8, '', "<numatune><memory mode='strict' nodeset='0'/></numatune>"), true);

export default defineRule({
  id: 'host-memory/hugepages-idle-pool',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'hint',
  says: 'Reserved huge pages have a guest that uses them.',
  because: 'A reserved page that nobody uses is memory that nothing else gets.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: pages are reserved for the VM Guest' },
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, free_hugepages, resv_hugepages' },
  ],
  intents: {},
  params: {
    idleShare: { default: 0.25, unit: 'of the pool', why: 'some spare pages are worth having' },
    leastGib: { default: 1, unit: 'GiB', why: 'less is not worth a change' },
  },
  costs: ['Pages given back may not be had again before the next boot.'],
  needs: {
    pools: ({ host }) => host.memory.hugePages,
    use: ({ host, guests }) => hugePageUse(guests, host.memory),
    total: ({ host }) => ifKnown(host.memory.total),
    hugetlb: ({ host }) => ifKnown(host.memory.hugetlb),
    reserve: ({ host }) => ifKnown(hostReserve(host.memory)),
    commitment: ({ host, guests }) => memoryCommitment(host, guests),
    setup: ({ host }) => hugePageSetup(host),
  },
  check({ pools, use, total = gib(0), hugetlb = gib(0), reserve = gib(0), commitment, setup }, { params }) {
    const filled = pools.filter(some => some.total > 0);
    if (filled.length === 0) return notApplicable('no huge pages are reserved');
    if (use.known < use.of) return undecided('the huge pages of some guests are unknown', use.missing?.remedy);
    const own = filled.filter(some => pagesOfOthers(some, use) === 0 && poolShortages([some], use).length === 0);
    if (own.length === 0) return notApplicable('they are short, or a program that is no guest uses some, too');
    const idle = poolTargets(own, use).filter(({ pool: { pageSize, total: all, free }, idle: count }) => {
      const isUnused = free === all && guestsOnPages(use, pageSize).length === 0;
      return isUnused || (count / all > params.idleShare && count * pageSize >= gib(params.leastGib));
    });
    const [first] = idle;
    if (first === undefined) return good;
    const spare = idle.reduce((sum, target) => sum + target.idle * target.pool.pageSize, 0);
    const isPromised = isOvercommitted(commitment) && commitment.demand <= commitment.capacity + spare;
    if (total - hugetlb < reserve || isPromised)
      return notApplicable('they are missed elsewhere: host-memory/hugepages-starving-host');
    const { pool: worst, idle: count } = first;
    return bad(
      `${printPages(pages(count, worst.pageSize))} (${printBytes(bytes(count * worst.pageSize))}) are reserved and no guest uses them`,
      {
        wants: idle
          .map(({ pool: of, idle: spare }) => printPages(pages(of.total - of.surplus - spare, of.pageSize)))
          .join(', '),
        parts: idle.map(({ pool: of, idle: spare }) => ({
          key: printBytes(of.pageSize),
          saw: printPages(pages(spare, of.pageSize)),
        })),
        ...shrinkPools(
          idle.map(target => ({ target, count: target.pool.total - target.pool.surplus - target.idle })),
          setup,
        ),
      },
    );
  },
  examples: [
    { name: '4096 pages, no guest uses them', files: pool(2048), expect: 'bad', fixes: ['huge-page-pool'] },
    { name: 'all in use', files: pool(2048, 0), guest: hugeXml(8), expect: 'good' },
    { name: 'kept for a guest that is off', files: pool(2048), guest: off(hugeXml(8)), expect: 'good' },
    { name: 'a quarter too many', files: pool(2048, 512), guest: hugeXml(6), expect: 'good' },
    { name: 'half too many', files: pool(2048, 1024), guest: hugeXml(4), expect: 'bad' },
    { name: 'less than 1 GiB too many', files: pool(384, 128), guest: hugeXml(1), expect: 'good' },
    { name: 'short on a node, idle on the other', files: pool(2048), guest: onNode0, expect: 'not-applicable' },
    { name: 'another program uses some', files: pool(2048, 1024), expect: 'not-applicable' },
    {
      name: 'the host starves',
      files: { ...pool(7936), ...meminfoFile({ total: 32, hugetlb: 31 }) },
      expect: 'not-applicable',
    },
    { name: 'others miss it', files: large, guest: memoryXml(24), expect: 'not-applicable' },
    { name: 'no pool', expect: 'not-applicable' },
    { name: 'a guest that cannot be read', files: pool(2048), others: ['<memory>much</memory>'], expect: 'unknown' },
  ],
});
