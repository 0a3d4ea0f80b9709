import type { Change } from '#change/change';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { persistSysctl, winsOverDropIn } from '#change/kinds/sysctl';
import { persistSysfs, tmpfilesFile } from '#change/kinds/sysfs';
import { isEditedPlace } from '#change/recipes/command-line-words';
import type { HugePageSetup } from '#model/derived/huge-page-setup';
import type { HugePageWords, ReservedPages } from '#model/derived/huge-page-words';
import type { PoolAtBoot } from '#model/derived/huge-pages-at-boot';
import type { KernelParameter } from '#model/kernel';
import type { HugePagePool } from '#model/memory';
import { type Bytes, gib, kib, mib } from '#units/bytes';

/** What is asked of a pool. */
export interface Reservation {
  readonly pool: HugePagePool;
  /** The node; undefined: the pool as a whole, which the kernel spreads over the nodes. */
  readonly node: number | undefined;
  readonly count: number;
  readonly setup: HugePageSetup;
}

/** The changes, and what a person must do where no change of ours would last. */
export interface ReservationChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/** Gives the changes that bring a pool to a number of pages, now and at each boot; without the half that is there already. */
export function reserveHugePages(wanted: Reservation): ReservationChanges {
  const { pool, node, count } = wanted;
  // the file shows surplus pages among the others, and a write counts without them
  const there = node === undefined ? pool : pool.nodes.find(of => of.node === node);
  const { total, surplus } = there ?? { total: 0, surplus: 0 };
  const now = total - surplus === count ? [] : [setHugePagePool(pool.pageSize, node, total - surplus, count)];
  const boot = wanted.setup.atBoot?.find(({ pageSize }) => pageSize === pool.pageSize);
  if (boot !== undefined && (node === undefined ? boot.total : boot.nodes?.get(node)) === count) return { fix: now };
  const kept = keepAtBoot(wanted, boot);
  return typeof kept === 'string' ? { fix: now, otherwise: kept } : { fix: [...now, kept] };
}

/** The persistent half: the kernel command line for gigantic pages, vm.nr_hugepages for the default size as a whole, else tmpfiles.d. */
function keepAtBoot(wanted: Reservation, boot: PoolAtBoot | undefined): Change | string {
  const { pool, node, count, setup } = wanted;
  const { defaultSize, configured } = setup;
  const isBySysctl = node === undefined && pool.pageSize === defaultSize;
  const isOurLine = (owner: string): boolean =>
    !isBySysctl && pool.pageSize < gib(1) && owner.startsWith(`${tmpfilesFile}:`);
  const winner = (boot?.owners ?? []).find(
    owner => owner !== 'kernel command line' && !yieldsToOurs(owner) && !isOurLine(owner),
  );
  if (winner !== undefined) return `Set ${count} in ${winner}, which decides at boot.`;
  if (pool.pageSize >= gib(1)) {
    const before = configured?.line.reserved.get(pool.pageSize);
    const nodes = node === undefined ? undefined : new Map(before?.nodes).set(node, count);
    const total = nodes === undefined ? count : [...nodes.values()].reduce((sum, pages) => sum + pages, 0);
    const reserved = new Map(configured?.line.reserved).set(pool.pageSize, { total, nodes });
    return writeHugePageWords(configured?.words, { reserved, defaultSize: configured?.line.defaultSize });
  }
  return isBySysctl
    ? persistSysctl('vm.nr_hugepages', String(count))
    : persistSysfs(setHugePagePool(pool.pageSize, node, 0, count).on, String(count));
}

/** A line of ours in sysctl.d is applied after it. */
const yieldsToOurs = (owner: string): boolean =>
  owner.includes('/sysctl.d/') && !winsOverDropIn(owner.replace(/:\d+$/, ''));

/**
 * Gives the change that writes all words about huge pages anew, in the kernel's documented order; or, where they stand in several
 * places or where only tuned puts them, what a person must write.
 */
export function writeHugePageWords(
  words: readonly KernelParameter[] | undefined,
  { reserved, defaultSize }: Pick<HugePageWords, 'reserved' | 'defaultSize'>,
): Change | string {
  const after = [
    ...(defaultSize === undefined ? [] : [`default_hugepagesz=${printSize(defaultSize)}`]),
    ...[...reserved].flatMap(([size, pages]) => [`hugepagesz=${printSize(size)}`, `hugepages=${printCount(pages)}`]),
  ];
  const said = (words ?? []).filter(({ name }) => names.has(name));
  const variables = new Set((said.length > 0 ? said : (words ?? [])).map(({ variable }) => variable));
  const variable = said.length > 0 || !(variables.has(usual) || variables.size === 0) ? [...variables][0] : usual;
  const isSpread = said.length > 0 && variables.size > 1;
  if (words === undefined || isSpread || variable === undefined || !isEditedPlace(variable))
    return `Put “${after.join(' ')}” on the kernel command line in place of all other words about huge pages, and reboot.`;
  const before = said.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  return setKernelCommandLine(variable, before, after);
}

const usual = 'GRUB_CMDLINE_LINUX_DEFAULT';

const names = new Set(['hugepages', 'hugepagesz', 'default_hugepagesz']);

const printCount = ({ total, nodes }: ReservedPages): string =>
  nodes === undefined ? String(total) : [...nodes].map(([node, count]) => `${node}:${count}`).join(',');

/** `2M`, `1G`, `64K`: sizes as the kernel command line writes them. */
const printSize = (size: Bytes): string =>
  size >= gib(1) ? `${size / gib(1)}G` : size >= mib(1) ? `${size / mib(1)}M` : `${size / kib(1)}K`;
