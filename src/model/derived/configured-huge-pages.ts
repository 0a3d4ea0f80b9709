import { type HugePageSupport, type HugePageWords, readHugePageWords } from '#model/derived/huge-page-words';
import type { Host } from '#model/host';
import type { KernelParameter } from '#model/kernel';
import { allKnown, firstKnown, type Known, mapKnown, orAbsent, valueIfKnown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import { type Bytes, gib } from '#units/bytes';
import { isInRange } from '#units/version';

/** The kernel command line of the next boot, as far as it is about huge pages. */
export interface ConfiguredHugePages {
  /** All its words; of the running kernel where those of the boot loader could not be read, then without a variable. */
  readonly words: readonly KernelParameter[];
  readonly line: HugePageWords;
  readonly support: HugePageSupport;
}

/** Gives what the next boot's command line says of huge pages. */
export const configuredHugePages = (host: Host): Known<ConfiguredHugePages> =>
  mapKnown(
    allKnown({
      pools: host.memory.hugePages,
      words: firstKnown(host.kernel.configuredCommandLine, host.kernel.commandLine),
      defaultSize: orAbsent(host.memory.defaultHugePageSize),
    }),
    ({ pools, words, defaultSize }) => {
      const support = supportOf(host, pools, defaultSize);
      return { words, line: readHugePageWords(words, support), support };
    },
  );

/**
 * What the kernel accepts: the sizes that it offers, and 1 GiB where the CPU has it (pdpe1gb), since a kernel without
 * CONFIG_CONTIG_ALLOC shows no such pool before it is asked. Node lists are taken for granted where the version is not known.
 */
function supportOf(host: Host, pools: readonly HugePagePool[], defaultSize: Bytes | undefined): HugePageSupport {
  const sizes = new Set(pools.map(pool => pool.pageSize));
  if (valueIfKnown(host.cpuSets.model)?.flags.has('pdpe1gb')) sizes.add(gib(1));
  const version = valueIfKnown(host.kernel.version);
  return {
    defaultSize: defaultSize ?? gib(0),
    sizes,
    hasNodeLists: version === undefined || isInRange(version, '>=5.16'),
  };
}
