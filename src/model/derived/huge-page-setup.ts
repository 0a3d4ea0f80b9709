import { type ConfiguredHugePages, configuredHugePages } from '#model/derived/configured-huge-pages';
import { hostReserve } from '#model/derived/host-reserve';
import { hugePagesAtBoot, type PoolAtBoot } from '#model/derived/huge-pages-at-boot';
import type { Host } from '#model/host';
import { type Known, known, valueIfKnown } from '#model/known';
import { type Bytes, lessBytes } from '#units/bytes';

/** What a change of pools has to respect; each undefined where it was not read. */
export interface HugePageSetup {
  /** The size that vm.nr_hugepages means. */
  readonly defaultSize: Bytes | undefined;
  /** What the next boot sets up now. */
  readonly atBoot: readonly PoolAtBoot[] | undefined;
  /** The command line that the next boot starts with. */
  readonly configured: ConfiguredHugePages | undefined;
  /** The most that all pools together may take: MemTotal less the host's reserve. */
  readonly most: Bytes | undefined;
}

/** Gives what is known of how huge pages are set up; never unknown as a whole, for it only sharpens what to do. */
export function hugePageSetup(host: Host): Known<HugePageSetup> {
  const total = valueIfKnown(host.memory.total);
  const reserve = valueIfKnown(hostReserve(host.memory));
  return known({
    defaultSize: valueIfKnown(host.memory.defaultHugePageSize),
    atBoot: valueIfKnown(hugePagesAtBoot(host)),
    configured: valueIfKnown(configuredHugePages(host)),
    most: total === undefined || reserve === undefined ? undefined : lessBytes(total, reserve),
  });
}
