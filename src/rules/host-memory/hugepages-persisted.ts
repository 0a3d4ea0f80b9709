import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import { defineRule } from '#check/define-rule';
import { hugeXml, poolFiles } from '#check/reference/memory-files';
import { bad, good, notApplicable } from '#check/verdict';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { hugePageShortages } from '#model/derived/huge-page-shortage';
import { committedNeeds, type HugePageUse, hugePageUse } from '#model/derived/huge-page-use';
import { hugePagesAtBoot, type PoolAtBoot, spreadEvenly } from '#model/derived/huge-pages-at-boot';
import { poolShortages } from '#model/derived/pool-shortage';
import { ifKnown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import { gib, printBytes } from '#units/bytes';
import { pages, printPages } from '#units/pages';

const runs = poolFiles({ nodes: [256, 256] });
const sysctl = (count: number) => ({ '/etc/sysctl.d/50-vm-hugepages.conf': `vm.nr_hugepages = ${count}\n` });
const grub = (words: string) => ({ '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="${words}"\n` });
const old = { '/proc/sys/kernel/osrelease': '5.15.0' };
const oneNode = poolFiles({ nodes: [512, 0] });
const strict = hugeXml(1, '', "<numatune><memory mode='strict' nodeset='0'/></numatune>");
const path = '/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages';

/** What differs after the next boot; undefined: nothing that matters. */
function change(pool: HugePagePool, boot: PoolAtBoot, use: HugePageUse | undefined): string | undefined {
  const now = pool.total - pool.surplus;
  const by = boot.owners.length === 0 ? 'nothing sets them' : boot.owners.join(', ');
  const told = `${printPages(pages(now, pool.pageSize))} are reserved now`;
  if (boot.total !== now) return `${told}, ${boot.total} after the next boot (${by})`;
  // nodes that nothing names get nothing
  const moved = pool.nodes.find(({ node, total }) => boot.nodes !== undefined && (boot.nodes.get(node) ?? 0) !== total);
  if (moved !== undefined)
    return `${told}, ${moved.total} of them on node ${moved.node}; the next boot puts ${boot.nodes?.get(moved.node) ?? 0} there (${by})`;
  if (use === undefined || boot.nodes !== undefined) return undefined;
  // where only a number is said the kernel spreads it, which a guest bound to a node may not survive
  const spread = spreadEvenly(boot.total, pool);
  const nodes = pool.nodes.map(({ node }) => ({ node, total: spread.get(node) ?? 0, free: 0, surplus: 0 }));
  const [short] = hugePageShortages(
    { ...pool, surplus: 0, total: boot.total, nodes },
    committedNeeds(use, pool.pageSize),
    0,
  );
  return (
    short?.nodes &&
    `the next boot spreads ${boot.total} pages evenly (${by}): ${short.reserved} on node ${short.nodes}, where guests need ${short.needed}`
  );
}

export default defineRule({
  id: 'host-memory/hugepages-persisted',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'warning',
  says: 'The huge pages that are reserved now are reserved after the next boot, too.',
  because: 'Pages reserved by hand are gone after a reboot, and guests that need them do not start.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: activate it at boot time' },
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, hugepages=, node format (Linux 5.16)' },
    { grade: 'documented', at: 'systemd: sysctl.d(5), tmpfiles.d(5)' },
  ],
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'sysctl vm.nr_hugepages=512',
      truth:
        'This lasts until the next boot; a file in /etc/sysctl.d, or for other sizes and single nodes the kernel command line or tmpfiles.d, keeps it.',
      source: 'systemd: sysctl.d(5)',
      errata: ['X06'],
      guideSame: 'the guide, too, wants the pages after the next boot',
    },
  ],
  needs: {
    pools: ({ host }) => host.memory.hugePages,
    atBoot: ({ host }) => hugePagesAtBoot(host),
    use: ({ host, guests }) => ifKnown(hugePageUse(guests, host.memory)),
    setup: ({ host }) => hugePageSetup(host),
  },
  check({ pools, atBoot, use, setup }) {
    // gigantic pages are host-memory/gigantic-pages's business, too small a pool is host-memory/hugepages-pool-sized's
    const judged = pools.flatMap(pool => {
      const boot = atBoot.find(({ pageSize }) => pageSize === pool.pageSize);
      const isOurs = pool.pageSize < gib(1) && (use === undefined || poolShortages([pool], use).length === 0);
      return boot !== undefined && isOurs && pool.total + boot.total > 0 ? [{ pool, boot }] : [];
    });
    if (judged.length === 0) return notApplicable('no huge pages are reserved that guests could lose');
    const differ = judged.flatMap(({ pool, boot }) => {
      const saw = change(pool, boot, use);
      return saw === undefined ? [] : [{ pool, boot, saw }];
    });
    const [first] = differ;
    if (first === undefined) return good;
    const changes = differ.flatMap(({ pool, boot }) => {
      const isEven =
        boot.nodes === undefined &&
        pool.nodes.every(({ node, total }) => spreadEvenly(pool.total, pool).get(node) === total);
      return isEven
        ? [reserveHugePages({ pool, node: undefined, count: pool.total - pool.surplus, setup })]
        : pool.nodes.map(({ node, total, surplus }) => reserveHugePages({ pool, node, count: total - surplus, setup }));
    });
    const isMore = differ.every(({ pool, boot }) => boot.total > pool.total - pool.surplus);
    const otherwise = [...new Set(changes.flatMap(one => one.otherwise ?? []))].join(' ');
    return bad(first.saw, {
      wants: differ
        .map(({ pool }) => `${printPages(pages(pool.total - pool.surplus, pool.pageSize))} after each boot`)
        .join(', '),
      severity: isMore ? 'info' : 'warning',
      so: isMore
        ? 'less memory is left for all else after a reboot'
        : 'guests on huge pages do not start after a reboot',
      parts: differ.map(({ pool, saw }) => ({ key: printBytes(pool.pageSize), saw })),
      fix: changes.flatMap(one => one.fix),
      ...(otherwise === '' ? {} : { otherwise }),
    });
  },
  examples: [
    { name: '512 by hand', files: runs, expect: 'bad', fixes: ['sysctl-file'] },
    { name: '512 in sysctl.d', files: { ...runs, ...sysctl(512) }, expect: 'good' },
    { name: 'sysctl.d says 256', files: { ...runs, ...sysctl(256) }, expect: 'bad', fixes: ['sysctl-file'] },
    { name: 'sysctl.d says 1024', files: { ...runs, ...sysctl(1024) }, expect: 'bad', severity: 'info' },
    {
      name: '/etc/sysctl.conf is not read',
      files: { ...runs, '/etc/sysctl.conf': 'vm.nr_hugepages=512' },
      expect: 'bad',
    },
    { name: 'on the command line', files: { ...runs, ...grub('quiet hugepages=512') }, expect: 'good' },
    { name: 'by node', files: { ...runs, ...grub('hugepagesz=2M hugepages=0:256,1:256') }, expect: 'good' },
    { name: 'by node before Linux 5.16', files: { ...old, ...runs, ...grub('hugepages=0:256,1:256') }, expect: 'bad' },
    {
      name: 'all on one node',
      files: { ...oneNode, '/etc/tmpfiles.d/h.conf': `w ${path} - - - - 512\n` },
      expect: 'good',
    },
    {
      name: 'spread under a strict guest',
      files: { ...oneNode, ...sysctl(512) },
      guest: strict,
      expect: 'bad',
      fixes: ['tmpfiles', 'tmpfiles'],
    },
    { name: 'a pool too small', files: runs, guest: hugeXml(2), expect: 'not-applicable' },
    { name: 'no huge pages', expect: 'not-applicable' },
    { name: 'an odd script', files: { ...runs, '/etc/rc.local': `echo $N > ${path}\n` }, expect: 'unknown' },
    {
      name: 'the command line names one of two nodes',
      files: { ...oneNode, ...grub('hugepagesz=2M hugepages=0:512'), '/proc/cmdline': 'hugepagesz=2M hugepages=0:512' },
      guest: strict,
      expect: 'good',
    },
  ],
});
