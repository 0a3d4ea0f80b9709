import { defineRule } from '#check/define-rule';
import { hugeXml } from '#check/reference/memory-files';
import { bad, good } from '#check/verdict';
import { asFact, valueIfKnown } from '#model/known';
import { gib, mib, printBytes } from '#units/bytes';

const cpu = (flags: string) => ({
  '/proc/cpuinfo': `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\n`,
});
const nr = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages';
const gigantic = '/sys/kernel/mm/hugepages/hugepages-1048576kB/';

export default defineRule({
  id: 'host-memory/hugepage-support',
  subject: 'host',
  guide: ['4.1', '4.1.1'],
  severity: 'info',
  says: 'The kernel offers every huge page size that the CPU has.',
  because: 'A guest can be backed only with sizes that the kernel offers; each one cuts page walks and page faults.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: pse and pdpe1gb in /proc/cpuinfo' },
    { grade: 'documented', at: 'linux: admin-guide/mm/hugetlbpage.rst, /sys/kernel/mm/hugepages' },
    { grade: 'documented', at: 'linux: arch/x86/mm/hugetlbpage.c, arch_hugetlb_valid_size, gigantic_pages_init' },
  ],
  when: { architecture: 'x86' },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'No flag: no huge pages; pse: 2 MB; pdpe1gb: 1 GB.',
      truth: '64-bit mode always has 2 MiB and always shows pse; on 32 bits without PAE pse means 4 MiB. /sys decides.',
      source: 'linux: admin-guide/mm/hugetlbpage.rst',
      errata: ['X03'],
      guideCheck: 'the flags alone: pse or pdpe1gb is there',
    },
    {
      guideSays: '32*1014*1024 KB and 4 KB pages make a TLB of 8,388,608 entries; THP means 1000-fold fewer faults.',
      truth:
        '32*1024*1024; the number is that of page-table entries, a TLB holds a few thousand; a 2 MiB page saves at most 512-fold.',
      source: 'linux: admin-guide/mm/transhuge.rst',
      errata: ['X01', 'X02', 'X10'],
      guideSame: 'an explanation; nothing is judged by it',
    },
  ],
  needs: {
    cpu: ({ host }) => host.cpuSets.model,
    pools: ({ host }) => host.memory.hugePages,
    guestOf: ({ host }) => asFact(host.guestOf),
  },
  check({ cpu: { flags }, pools, guestOf }, { policy }) {
    if (policy === 'guide') {
      if (flags.has('pse') || flags.has('pdpe1gb')) return good;
      const otherwise = 'Do without huge pages on this CPU.';
      return bad('the CPU names no huge pages', { wants: 'pse or pdpe1gb among its flags', otherwise });
    }
    const sizes = pools.map(pool => pool.pageSize);
    const found = sizes.length === 0 ? 'no size' : `only ${sizes.map(printBytes).join(', ')}`;
    if (!sizes.some(size => size <= mib(4))) {
      return bad(`the kernel offers ${found} of huge pages`, {
        wants: 'pages of 2 MiB',
        so: 'no guest can be backed with huge pages',
        otherwise: 'Boot a kernel built with CONFIG_HUGETLBFS.',
      });
    }
    if (!flags.has('pdpe1gb') || sizes.includes(gib(1))) return good;
    return bad(`the CPU has pages of 1 GiB (pdpe1gb), the kernel offers ${found}`, {
      wants: 'pages of 1 GiB',
      so: `a guest that asks for them does not start${valueIfKnown(guestOf) === undefined ? '' : ' on this nested host'}`,
      otherwise:
        'Boot with hugepagesz=1G: a kernel without CONFIG_CONTIG_ALLOC offers the size only then. Else boot one built with it.',
    });
  },
  examples: [
    {
      name: 'a guest wants 1 GiB pages that the CPU has and the kernel does not offer',
      files: { [gigantic]: null },
      guest: hugeXml(4, "<page size='1' unit='GiB'/>"),
      expect: 'bad',
    },
    { name: 'a kernel without huge pages', files: { '/sys/kernel/mm/hugepages/': null }, expect: 'bad' },
    { name: 'both sizes', expect: 'good' },
    { name: 'a CPU without 1 GiB', files: { ...cpu('fpu pse lm'), [gigantic]: null }, expect: 'good' },
    { name: 'the flag is enough', policy: 'guide', files: { '/sys/kernel/mm/hugepages/': null }, expect: 'good' },
    { name: 'no flag at all', policy: 'guide', files: cpu('fpu lm'), expect: 'bad' },
    { name: 'sizes not readable', files: { [nr]: 'denied' }, expect: 'unknown' },
    { name: 'an ARM host', files: { '/proc/sys/kernel/arch': 'aarch64' }, expect: 'not-applicable' },
  ],
});
