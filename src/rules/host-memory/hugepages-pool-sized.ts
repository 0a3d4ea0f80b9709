import { coverShortages } from '#change/recipes/cover-shortages';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { hugeXml, poolFiles } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { isBeyondReach } from '#model/derived/huge-page-shortage';
import { committedNeeds, guestsOnPages, hugePageUse } from '#model/derived/huge-page-use';
import { type PoolShortage, plainShortages, poolShortages } from '#model/derived/pool-shortage';
import type { HugePagePool } from '#model/memory';
import { printBytes } from '#units/bytes';
import { bytesOfPages, pages, printPages } from '#units/pages';

const pool = (node0: number, node1: number, overcommit = 0) => poolFiles({ nodes: [node0, node1], overcommit });
const taken = poolFiles({ nodes: [2048, 2048], free: [0, 0] });
const strict = "<numatune><memory mode='strict' nodeset='0'/></numatune>";
const twoCells =
  "<cpu><numa><cell id='0' cpus='0' memory='2' unit='GiB'/><cell id='1' cpus='1' memory='2' unit='GiB'/></numa></cpu>";
const starts = (xml: string) => ({ xml, isRunning: false, autostart: true });
const unread = '<memory>much</memory>';

const refusal = 'unable to map backing store for guest RAM: Cannot allocate memory';

const on = ({ nodes }: PoolShortage): string =>
  nodes === undefined ? '' : ` on node${nodes.size > 1 ? 's' : ''} ${nodes}`;
const byOthers = ({ others }: PoolShortage): string => (others > 0 ? ` (${others} of them by other programs)` : '');
const tell = (short: PoolShortage): string =>
  `${printPages(pages(short.needed, short.pool.pageSize))} are needed${on(short)}${byOthers(short)} and ${short.reserved} are there`;
const want = (short: PoolShortage): string => {
  const wanted = pages(short.needed, short.pool.pageSize);
  return `${printPages(wanted)}${on(short)} (${printBytes(bytesOfPages(wanted))})`;
};

const borrowed = ({ surplus, pageSize, total }: HugePagePool) =>
  bad(`${printPages(pages(surplus, pageSize))} in use are borrowed beyond the pool`, {
    severity: 'info',
    wants: `all pages in use reserved (${total - surplus} are)`,
    so: 'they go back to the host when their user ends, and may not be had again',
    otherwise: 'Find who took more than the guests need; the guests themselves fit into the pool.',
  });

export default defineRule({
  id: 'host-memory/hugepages-pool-sized',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'The huge pages that the committed guests ask for are reserved, on the nodes that they are bound to.',
  because: 'A guest whose huge pages are not there does not start.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: guest KB / page KB pages in the pool' },
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, nr_hugepages, nr_overcommit_hugepages' },
    { grade: 'documented', at: 'libvirt: formatdomain, memoryBacking/hugepages/page; qemu_command.c, its choice' },
    { grade: 'measured', at: 'QEMU 7.2, libvirt 9.0: with an empty pool no start; else all pages are taken at once' },
  ],
  intents: {},
  params: {},
  costs: ['Reserved memory is lost to everything else, even while no guest runs.'],
  departs: [
    {
      guideSays: 'sysctl vm.nr_hugepages=512 reserves the pages; 92 of 512 are still free with the guest running.',
      truth:
        'It means the default size only, spreads over all nodes and may silently give fewer; a started guest leaves none of its pages free.',
      source: 'linux: admin-guide/mm/hugetlbpage.rst',
      errata: ['X06', 'X07'],
      guideCheck:
        'the sum over the guests against the pool, whatever nodes, surplus pages and other programs there are',
    },
  ],
  needs: {
    pools: ({ host }) => host.memory.hugePages,
    use: ({ host, guests }) => hugePageUse(guests, host.memory),
    setup: ({ host }) => hugePageSetup(host),
  },
  check({ pools, use, setup }, { policy }) {
    // a size that the host has not is guest-memory/hugepages-size-fits's business
    const asked = pools.filter(({ pageSize }) => committedNeeds(use, pageSize).length > 0);
    const short = policy === 'guide' ? plainShortages(asked, use) : poolShortages(asked, use);
    const [first] = short;
    if (first === undefined) {
      if (use.known < use.of)
        return undecided(
          `the huge pages of ${use.of - use.known} of ${use.of} guests are unknown`,
          use.missing?.remedy,
        );
      const surplus = asked.find(some => some.surplus > 0);
      if (surplus !== undefined && policy === 'current') return borrowed(surplus);
      return asked.length > 0 ? good : notApplicable('no committed guest asks for huge pages of a size that is here');
    }
    const names = guestsOnPages(use, first.pool.pageSize);
    const isError = short.some(isBeyondReach);
    const luck = names.length === 1 ? 'starts only by luck' : 'start only by luck';
    return bad(`${listNames(names)} ${isError ? 'cannot start' : luck}: ${tell(first)}`, {
      severity: isError ? 'error' : 'warning',
      wants: short.map(want).join(', '),
      so: `a start fails with “${refusal}”${isError ? '' : ' where the host has no such memory free at that moment'}`,
      parts: short.map(part => ({ key: `${printBytes(part.pool.pageSize)}${on(part)}`, saw: tell(part) })),
      ...coverShortages(short, setup),
    });
  },
  examples: [
    {
      name: '8 GiB of 2 MiB pages, 2048 reserved',
      files: pool(1024, 1024),
      guest: hugeXml(8),
      expect: 'bad',
      severity: 'error',
      fixes: ['huge-page-pool', 'sysctl-file'],
    },
    { name: '8 GiB of 2 MiB pages, 4096 reserved', files: taken, guest: hugeXml(8), expect: 'good' },
    {
      name: 'strict on a node that holds half',
      files: pool(2048, 2048),
      guest: starts(hugeXml(8, '', strict)),
      expect: 'bad',
      severity: 'error',
      fixes: ['huge-page-pool', 'tmpfiles'],
    },
    { name: 'surplus pages', files: pool(1024, 1024, 2048), guest: hugeXml(8), expect: 'bad', severity: 'warning' },
    {
      name: 'enough, yet surplus pages are in use',
      files: poolFiles({ nodes: [2100, 2048], free: [52, 0], surplus: 20 }),
      guest: hugeXml(8),
      expect: 'bad',
      severity: 'info',
    },
    { name: 'another program holds them', files: taken, guest: starts(hugeXml(8)), expect: 'bad', severity: 'error' },
    {
      name: 'one of two cells is on huge pages',
      files: pool(512, 512),
      guest: hugeXml(4, "<page size='2' unit='MiB' nodeset='1'/>", twoCells),
      expect: 'good',
    },
    { name: 'a guest that nobody starts', guest: { xml: hugeXml(8), isRunning: false }, expect: 'not-applicable' },
    { name: 'more than the host has', guest: hugeXml(80), expect: 'bad', severity: 'error', fixes: [] },
    { name: 'the sum alone', policy: 'guide', files: pool(0, 4096), guest: hugeXml(8, '', strict), expect: 'good' },
    { name: 'guests on normal pages', expect: 'not-applicable' },
    { name: 'too few in any case', files: pool(9, 9), guest: hugeXml(8), others: [unread], expect: 'bad' },
    { name: 'a guest not read', files: pool(2048, 2048), guest: hugeXml(4), others: [unread], expect: 'unknown' },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
