import { commandText, textIfThere } from '#collect/file-facts';
import { architecture } from '#collect/host/architecture';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseMeminfo } from '#formats/proc/meminfo';
import { parseWhole } from '#formats/sys/whole-number';
import { chainKnown, type Known, known, unknown, valueIfKnown } from '#model/known';
import { type Bytes, bytes, kib } from '#units/bytes';

/** Architectures that Linux runs with one base page size only, in KiB. The others (aarch64, ppc64, loongarch64, ia64) are built for one of several. */
const onlySize: ReadonlyMap<string, number> = new Map([
  ['x86_64', 4],
  ['i686', 4],
  ['i586', 4],
  ['i386', 4],
  ['s390x', 4],
  ['s390', 4],
  ['armv7l', 4],
  ['armv8l', 4],
  ['riscv64', 4],
  ['riscv32', 4],
  ['sparc64', 8],
]);

/**
 * The base page size. Most architectures have one. For the others the first mapping of this very process tells where the tree is the
 * running machine's, else the free memory told once in pages (/proc/vmstat) and once in KiB (/proc/meminfo): a moment apart, so their
 * quotient is taken to the nearest power of two, which is far closer than memory changes in that moment.
 */
export const pageSize: Reading<Bytes> = {
  says: 'the base page size',
  ways: [
    ...architecture.ways,
    { file: '/proc/self/smaps' },
    { file: '/proc/vmstat' },
    { file: '/proc/meminfo' },
    { command: ['getconf', 'PAGESIZE'] },
  ],
  read(sources) {
    const name = architecture.read(sources);
    const only = onlySize.get(valueIfKnown(name) ?? '');
    if (only !== undefined) return chainKnown(name, () => known(kib(only)));
    return fromMapping(sources) ?? fromFreeMemory(sources) ?? fromCommand(sources);
  },
};

function fromMapping(sources: Sources): Known<Bytes> | undefined {
  const line = /^KernelPageSize:\s*(\d{1,6}) kB$/m.exec(textIfThere(sources, '/proc/self/smaps') ?? '');
  const size = Number(line?.[1] ?? 0);
  return line === null || size === 0 ? undefined : known(kib(size), { from: '/proc/self/smaps', value: line[0] });
}

function fromFreeMemory(sources: Sources): Known<Bytes> | undefined {
  const pages = /^nr_free_pages (\d{1,15})$/m.exec(textIfThere(sources, '/proc/vmstat') ?? '');
  const free = parseMeminfo(textIfThere(sources, '/proc/meminfo') ?? '')?.sizes.get('MemFree');
  if (pages === null || Number(pages[1]) === 0 || free === undefined) return undefined;
  const exponent = Math.log2(free / Number(pages[1]));
  const nearest = Math.round(exponent);
  // 4 KiB to 256 KiB; more than a fifth of the way to the next size says that something else is wrong
  if (nearest < 12 || nearest > 18 || Math.abs(exponent - nearest) > 0.2) return undefined;
  return known(
    bytes(2 ** nearest),
    { from: '/proc/vmstat', value: pages[0] },
    { from: '/proc/meminfo, MemFree', value: `${free / 1024} kB` },
  );
}

const fromCommand = (sources: Sources): Known<Bytes> =>
  chainKnown(commandText(sources, ['getconf', 'PAGESIZE']), text => {
    const size = parseWhole(text);
    return size === undefined || size < 4096
      ? unknown('getconf gave no page size', 'getconf PAGESIZE')
      : known(bytes(size));
  });
