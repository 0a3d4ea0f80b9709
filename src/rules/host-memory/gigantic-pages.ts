import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { persistSysfs } from '#change/kinds/sysfs';
import { writeHugePageWords } from '#change/recipes/huge-page-reservation';
import { defineRule } from '#check/define-rule';
import { hugeXml, poolFiles } from '#check/reference/memory-files';
import { bad, good, notApplicable } from '#check/verdict';
import { configuredHugePages } from '#model/derived/configured-huge-pages';
import { committedNeeds, countPages, hugePageUse } from '#model/derived/huge-page-use';
import { hugePagesAtBoot, spreadEvenly } from '#model/derived/huge-pages-at-boot';
import { ifKnown } from '#model/known';
import { gib, printBytes } from '#units/bytes';
import { pages, printPages } from '#units/pages';

const runs = poolFiles({ size: 1048576, nodes: [8, 8] });
const onNode0 = poolFiles({ size: 1048576, nodes: [16, 0] });
const grub = (words: string) => ({ '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="quiet ${words}"\n` });
const write = (count: number) => ({
  '/etc/tmpfiles.d/gib.conf': `w /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages - - - - ${count}\n`,
});
const page = "<page size='1' unit='GiB'/>";

export default defineRule({
  id: 'host-memory/gigantic-pages',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'warning',
  says: 'Pages of 1 GiB are reserved when the host boots.',
  because:
    'Later, 1 GiB of free memory in one piece is a matter of luck, so pages reserved by hand may not be had again.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: 1 GB pages only at boot time' },
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, hugepagesz=1G, hugetlb_cma=' },
    { grade: 'measured', at: 'Linux 6.18 with CONFIG_CONTIG_ALLOC: 0 → 1 → 0 pages of 1 GiB at runtime' },
  ],
  intents: {},
  params: {},
  costs: ['A guest cell that is no multiple of 1 GiB wastes up to a page.', 'The host must be rebooted.'],
  departs: [
    {
      guideSays: '1 GB pages can only be allocated at boot time and cannot be freed afterward.',
      truth:
        'Both work at runtime where the kernel has CONFIG_CONTIG_ALLOC or hugetlb_cma=; with the latter none are reserved at boot.',
      source: 'linux: mm/hugetlb.c, set_max_huge_pages',
      errata: ['X05'],
      guideCheck: 'only the kernel command line counts, not a write by tmpfiles.d, sysctl or a script',
    },
  ],
  needs: {
    pools: ({ host }) => host.memory.hugePages,
    atBoot: ({ host }) => hugePagesAtBoot(host),
    use: ({ host, guests }) => ifKnown(hugePageUse(guests, host.memory)),
    configured: ({ host }) => ifKnown(configuredHugePages(host)),
    config: ({ host }) => ifKnown(host.kernel.config),
  },
  check({ pools, atBoot, use, configured, config }, { policy }) {
    const pool = pools.find(({ pageSize, total }) => pageSize >= gib(1) && total > 0);
    if (pool === undefined)
      return notApplicable('there are no pages of 1 GiB, and host-memory/hugepages-pool-sized says who wants some');
    const now = pool.total - pool.surplus;
    const boot = atBoot.find(({ pageSize }) => pageSize === pool.pageSize);
    const needed = use === undefined ? 0 : countPages(committedNeeds(use, pool.pageSize));
    if (now < needed) return notApplicable('there are too few: host-memory/hugepages-pool-sized says how many');
    const later = (policy === 'guide' ? boot?.early : boot?.total) ?? 0;
    const placed = pool.nodes.every(({ node, total }) => (boot?.nodes?.get(node) ?? total) === total);
    if (later === now && (placed || policy === 'guide')) return good;
    const isEven = pool.nodes.every(({ node, total }) => spreadEvenly(now, pool).get(node) === total);
    const canList = configured?.support.hasNodeLists === true && !isEven;
    const nodes = canList ? new Map(pool.nodes.map(({ node, total }) => [node, total])) : undefined;
    const reserved = new Map(configured?.line.reserved).set(pool.pageSize, { total: now, nodes });
    const change = writeHugePageWords(configured?.words, { reserved, defaultSize: configured?.line.defaultSize });
    const cma = configured?.line.hasCma === true ? ' (hugetlb_cma= switches reservation at boot off)' : '';
    const told = printPages(pages(now, pool.pageSize));
    const onlyAtBoot = config !== undefined && config.get('CONFIG_CONTIG_ALLOC') !== 'y';
    return bad(`${told} are reserved now, ${later} when the host boots${cma}`, {
      wants:
        cma === '' ? `${told} on the kernel command line` : `${told} written at boot, from the area of hugetlb_cma=`,
      so: onlyAtBoot
        ? 'this kernel cannot reserve them later (no CONFIG_CONTIG_ALLOC): guests on them do not start after a reboot'
        : `after a reboot each needs ${printBytes(pool.pageSize)} of free memory in one piece`,
      ...(cma !== ''
        ? { fix: [persistSysfs(setHugePagePool(pool.pageSize, undefined, 0, now).on, String(now))] }
        : typeof change === 'string'
          ? { otherwise: change }
          : { fix: [change] }),
    });
  },
  examples: [
    { name: '16 by hand', files: runs, expect: 'bad', fixes: ['kernel-command-line'] },
    { name: '16 on the command line', files: { ...runs, ...grub('hugepagesz=1G hugepages=16') }, expect: 'good' },
    { name: '16 by tmpfiles.d', files: { ...runs, ...write(16) }, expect: 'good' },
    { name: 'only the command line counts', policy: 'guide', files: { ...runs, ...write(16) }, expect: 'bad' },
    { name: 'by node', files: { ...onNode0, ...grub('hugepagesz=1G hugepages=0:16') }, expect: 'good' },
    {
      name: 'CMA instead',
      files: { ...runs, ...grub('hugetlb_cma=16G hugepagesz=1G hugepages=16') },
      expect: 'bad',
      fixes: ['tmpfiles'],
    },
    { name: 'none of the 16 needed', guest: hugeXml(16, page), expect: 'not-applicable' },
    { name: 'fewer than needed', files: runs, guest: hugeXml(20, page), expect: 'not-applicable' },
    { name: 'no right to read what runs at boot', files: { ...runs, '/etc/rc.local': 'denied' }, expect: 'unknown' },
  ],
});
