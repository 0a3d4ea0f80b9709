import { writeHugePageWords } from '#change/recipes/huge-page-reservation';
import { defineRule } from '#check/define-rule';
import { hugeXml } from '#check/reference/memory-files';
import { bad, good } from '#check/verdict';
import { configuredHugePages } from '#model/derived/configured-huge-pages';
import { committedNeeds, countPages, hugePageUse } from '#model/derived/huge-page-use';
import type { HugePageFault } from '#model/derived/huge-page-words';
import { ifKnown, mapKnown } from '#model/known';
import { gib, printBytes } from '#units/bytes';

const grub = (words: string) => ({ '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="quiet ${words}"\n` });
const kernel = (version: string) => ({ '/proc/sys/kernel/osrelease': version });

const reasons: Readonly<Record<HugePageFault['kind'], string>> = {
  late: 'a count before any size is for the same size and wins',
  size: 'this machine has no such size',
  twice: 'the size or its count stands before',
  nodes: 'this kernel knows no list of nodes and reads its first number',
  count: 'it is not a number of pages',
};
const print = ({ words }: HugePageFault): string =>
  words.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ');

export default defineRule({
  id: 'host-memory/hugepages-cmdline-order',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'The kernel takes every word about huge pages on its command line as it was meant.',
  because:
    'Counts and sizes go together by their order; a word that the kernel ignores leaves guests without their pages.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, boot command line parameters' },
    { grade: 'documented', at: 'linux: mm/hugetlb.c, hugepages_setup, hugepagesz_setup, default_hugepagesz_setup' },
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: hugepages=1, hugepagesz=2MB' },
  ],
  intents: {},
  params: {},
  costs: ['The pages that were meant take memory from everything else.'],
  departs: [
    {
      guideSays: 'Activate huge pages with hugepages=1 and optionally add hugepagesz=2MB.',
      truth: '1 is a count: one page. It counts for the size named before it; a B behind the size is ignored.',
      source: 'linux: admin-guide/mm/hugetlbpage.rst',
      errata: ['X04'],
      guideCheck: 'a count before its size, and hugepages=1, pass',
    },
  ],
  scope: {
    says: 'kernel command lines with hugepages=',
    holds: ({ host }) =>
      mapKnown(configuredHugePages(host), ({ words }) => words.some(({ name }) => name === 'hugepages')),
  },
  needs: {
    configured: ({ host }) => configuredHugePages(host),
    use: ({ host, guests }) => ifKnown(hugePageUse(guests, host.memory)),
  },
  check({ configured: { words, line, support }, use }, { policy }) {
    const faults = line.faults.filter(({ kind }) => policy === 'current' || kind !== 'late');
    const [first] = faults;
    const size = line.defaultSize ?? support.defaultSize;
    if (first === undefined) {
      if (policy === 'guide' || line.reserved.get(size)?.total !== 1 || size >= gib(1)) return good;
      const needed = use === undefined ? 0 : countPages(committedNeeds(use, size));
      const reserved = new Map(line.reserved).set(size, { total: needed, nodes: undefined });
      const counted = needed > 0 ? writeHugePageWords(words, { reserved, defaultSize: line.defaultSize }) : undefined;
      return bad(`hugepages=1 reserves one page of ${printBytes(size)}: it is a count, not a switch`, {
        severity: 'warning',
        wants:
          needed > 0 ? `the ${needed} pages that the guests need` : 'the number of pages that guests need, or no word',
        ...(typeof counted === 'string'
          ? { otherwise: counted }
          : counted === undefined
            ? {
                otherwise:
                  'Write hugepages=N with the number of pages that guests need, or no word at all, and reboot.',
              }
            : { fix: [counted] }),
      });
    }
    const meant = new Map(line.reserved);
    for (const { meant: wanted } of faults)
      if (wanted !== undefined)
        meant.set(wanted.size, support.hasNodeLists ? wanted.pages : { ...wanted.pages, nodes: undefined });
    const isLost = faults.some(({ words: of, meant: wanted }) =>
      wanted === undefined
        ? of.some(({ name }) => name === 'hugepages')
        : wanted.pages.total !== line.reserved.get(wanted.size)?.total,
    );
    const change = writeHugePageWords(words, { reserved: meant, defaultSize: line.defaultSize });
    const tell = [...line.reserved].map(([of, { total }]) => `${total} of ${printBytes(of)}`).join(', ') || 'none';
    return bad(`the kernel does not take “${print(first)}” as it was meant: ${reasons[first.kind]}`, {
      severity: isLost ? 'error' : 'hint',
      wants:
        [...meant].map(([of, { total }]) => `${total} pages of ${printBytes(of)}`).join(', ') ||
        'a size of this machine',
      so: `the kernel reserves ${tell}`,
      parts: faults.map(fault => ({ key: fault.words[0]?.name ?? '', saw: `${print(fault)}: ${reasons[fault.kind]}` })),
      ...(faults.some(fault => fault.meant === undefined)
        ? {
            otherwise: `Name a size of this machine (${[...support.sizes].map(printBytes).join(', ')}) and a number of pages.`,
          }
        : typeof change === 'string'
          ? { otherwise: change }
          : { fix: [change] }),
    });
  },
  examples: [
    {
      name: '256 wins over 512',
      files: grub('hugepages=256 hugepagesz=2M hugepages=512'),
      expect: 'bad',
      severity: 'error',
      fixes: ['kernel-command-line'],
    },
    {
      name: 'said twice alike',
      files: grub('hugepages=512 hugepagesz=2M hugepages=512'),
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'no such size', files: grub('hugepagesz=4M hugepages=512'), expect: 'bad', severity: 'error' },
    { name: 'the same size again', files: grub('hugepagesz=2M hugepages=8 hugepagesz=2M hugepages=9'), expect: 'bad' },
    { name: 'a pair', files: grub('hugepagesz=2M hugepages=512'), expect: 'good' },
    { name: 'the default size', files: grub('hugepages=512'), expect: 'good' },
    { name: 'default and size alike', files: grub('default_hugepagesz=1G hugepagesz=1G hugepages=1'), expect: 'good' },
    {
      name: 'a switch',
      files: grub('hugepages=1 hugepagesz=2MB'),
      guest: hugeXml(1),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'as the guide writes it', policy: 'guide', files: grub('hugepages=1 hugepagesz=2MB'), expect: 'good' },
    { name: 'node list, 5.15', files: { ...kernel('5.15.0'), ...grub('hugepages=0:8,1:8') }, expect: 'bad' },
    { name: 'node list, 5.16', files: { ...kernel('5.16.0'), ...grub('hugepages=0:8,1:8') }, expect: 'good' },
    { name: 'no huge pages', expect: 'not-applicable' },
    { name: 'not readable', files: { '/etc/default/grub': 'denied', '/proc/cmdline': 'denied' }, expect: 'unknown' },
  ],
});
