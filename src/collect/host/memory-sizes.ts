import { fileText } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { hugePages } from '#collect/host/huge-pages';
import { libvirtFact } from '#collect/libvirt-facts';
import { neverAbsent } from '#collect/never-absent';
import type { ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseMeminfo } from '#formats/proc/meminfo';
import { absent, chainKnown, type Known, known, mapKnown, unknown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, bytes, kib, printBytes } from '#units/bytes';

const meminfo = '/proc/meminfo';

/** The sums of /proc/meminfo. */
export const memorySizes: ReadingsOf<Pick<Memory, 'total' | 'available' | 'hugetlb' | 'defaultHugePageSize'>> = {
  total: {
    says: 'all memory that the kernel manages',
    ways: [{ file: meminfo }, { call: 'virNodeGetInfo' }],
    read: sources =>
      neverAbsent(
        firstOfAllWays(
          () => field(sources, 'MemTotal'),
          () => fromLibvirt(sources),
        ),
        `grep MemTotal ${meminfo}`,
      ),
  },
  available: {
    says: 'memory that can be had without swapping',
    ways: [{ file: meminfo }],
    read: sources => neverAbsent(field(sources, 'MemAvailable'), `grep MemAvailable ${meminfo}`),
  },
  hugetlb: {
    says: 'memory in huge-page pools of any size',
    ways: [{ file: meminfo }, ...hugePages.ways],
    read: sources =>
      firstOfAllWays(
        () => field(sources, 'Hugetlb'),
        () =>
          mapKnown(hugePages.read(sources), pools =>
            bytes(pools.reduce((sum, pool) => sum + pool.total * pool.pageSize, 0)),
          ),
      ),
  },
  defaultHugePageSize: {
    says: 'the huge page size that vm.nr_hugepages means',
    ways: [{ file: meminfo }],
    read: sources => field(sources, 'Hugepagesize'),
  },
};

/** Under Xen libvirt tells of the whole machine, of which the kernel of the control domain manages a part. */
const fromLibvirt = (sources: Sources): Known<Bytes> =>
  chainKnown(
    libvirtFact(
      sources,
      'virNodeGetInfo',
      answers =>
        /^xen\b/.test(answers.uri) ? { error: 'libvirt tells the memory of all domains together' } : answers.node,
      ({ memoryKib }) => `${memoryKib} KiB`,
    ),
    ({ memoryKib }) =>
      Number.isSafeInteger(memoryKib * 1024) && memoryKib > 0
        ? known(kib(memoryKib))
        : unknown('libvirt named no sound amount of memory'),
  );

/** Gives a field; absent where this kernel writes none of that name (MemAvailable came with 3.14, Hugetlb later). */
function field(sources: Sources, name: string): Known<Bytes> {
  const text = fileText(sources, meminfo);
  if (text.state !== 'known') return text;
  const parsed = parseMeminfo(text.value);
  if (parsed === undefined) return unknown(`${meminfo} was not understood`);
  const size = parsed.sizes.get(name);
  return size === undefined
    ? absent({ from: meminfo, value: `no ${name}` })
    : known(size, { from: `${meminfo}, ${name}`, value: `${size / 1024} kB (${printBytes(size)})` });
}
