import { fileText } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import { hugePages } from '#collect/host/huge-pages';
import { neverAbsent } from '#collect/never-absent';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseMeminfo } from '#formats/proc/meminfo';
import { absent, type Known, known, mapKnown, unknown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, bytes, printBytes } from '#units/bytes';

const meminfo = '/proc/meminfo';

/** The sums of /proc/meminfo. */
export const memorySizes: ReadingsOf<Pick<Memory, 'total' | 'available' | 'hugetlb' | 'defaultHugePageSize'>> = {
  total: everyMachineHas('MemTotal', 'all memory that the kernel manages'),
  available: everyMachineHas('MemAvailable', 'memory that can be had without swapping'),
  hugetlb: {
    says: 'memory in huge-page pools of any size',
    ways: [{ file: meminfo }, ...hugePages.ways],
    read: sources =>
      firstWay(
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

function everyMachineHas(name: string, says: string): Reading<Bytes> {
  return {
    says,
    ways: [{ file: meminfo }],
    read: sources => neverAbsent(field(sources, name), `grep ${name} ${meminfo}`),
  };
}

/** Gives a field; absent where this kernel writes none of that name (MemAvailable came with 3.14, Hugetlb with 4.18). */
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
