import type { Change } from '#change/change';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { committedNeeds, countPages, hugePageUse, pagesOfOthers } from '#model/derived/huge-page-use';
import type { DomainConfig } from '#model/domain-config';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import type { HugePagePool } from '#model/memory';
import type { Ask } from '#plan/ask';
import { printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { pages, printPages } from '#units/pages';

/** The pages that guests are to get which have none yet, of one size. */
export interface PagesForGuests {
  /** What has to be done for them; none where the pool is large enough. */
  readonly changes: readonly Change[];
  /** The least that the pool must hold from now on: no other change may make it smaller. */
  readonly least?: { readonly path: string; readonly isDefaultPool: boolean; readonly count: number };
  /** Why a person has to do it, and how. */
  readonly byHand?: string;
}

/** Takes what is asked; gives by page size (bytes) how the guests get their pages: all of one size out of one pool, added up. */
export function pagesForGuests(asks: readonly Ask[], machine: Machine): ReadonlyMap<number, PagesForGuests> {
  const configs = new Map((valueIfKnown(machine.guests) ?? []).map(({ name, config }) => [name, config]));
  const bySize = new Map<number, Share[]>();
  for (const { found, changes } of asks) {
    const { wish } = found.finding;
    // of a guest that is left alone nothing is asked
    if (wish?.kind !== 'reserve-huge-pages' || changes.length === 0) continue;
    const guest = String(wish.detail['guest']);
    const size = Number(wish.detail['pageSize']);
    const share = { guest, count: Number(wish.detail['pages']), nodes: nodesOf(configs.get(guest)) };
    bySize.set(size, [...(bySize.get(size) ?? []), share]);
  }
  return new Map([...bySize].map(([size, shares]) => [size, poolFor(size, shares, machine)]));
}

/** What one guest is to get. */
interface Share {
  readonly guest: string;
  readonly count: number;
  readonly nodes: CpuSet | undefined;
}

/** The nodes that the whole memory of a guest is bound to; of one with cells of its own a set of all of them. */
function nodesOf(config: DomainConfig | undefined): CpuSet | undefined {
  const tuning = config === undefined ? undefined : valueIfKnown(config.numatune);
  const sets = [tuning?.memory, ...(tuning?.cells ?? [])].flatMap(one =>
    one?.nodeset === undefined || one.mode === 'preferred' || one.mode === 'interleave' ? [] : [...one.nodeset],
  );
  return sets.length === 0 ? undefined : CpuSet.of(sets);
}

function poolFor(size: number, shares: readonly Share[], { host, guests }: Machine): PagesForGuests {
  const who = shares.map(({ guest }) => guest).join(', ');
  const left = (why: string): PagesForGuests => ({
    changes: [],
    byHand: `${why} First reserve the pages (nearmetal explain host-memory/hugepages-pool-sized), then put them into the definition: ${shares.map(({ guest }) => `virsh edit ${guest}`).join('; ')}.`,
  });
  const sets = new Map(shares.map(({ nodes }) => [nodes?.toString() ?? '', nodes]));
  const [bound] = sets.values();
  if (sets.size > 1 || (bound !== undefined && bound.size !== 1))
    return left(`How the pages are shared out has to be chosen: ${who} are bound to different nodes.`);
  const node = bound?.first;
  const pools = valueIfKnown(host.memory.hugePages) ?? [];
  const pool = pools.find(({ pageSize }) => pageSize === size);
  if (pool === undefined) return left('Whether this host has a pool of such pages was not read.');
  const setup = valueIfKnown(hugePageSetup(host));
  const use = valueIfKnown(hugePageUse(guests, host.memory));
  if (setup === undefined || use === undefined || use.known < use.of)
    return left('The needs of the other guests were not read.');
  const needs = committedNeeds(use, pool.pageSize);
  if (needs.some(({ nodes }) => (nodes === undefined) !== (node === undefined)))
    return left('How the pages are shared out has to be chosen: some guests are bound to nodes and some are not.');
  const own = needs.filter(({ nodes }) => node === undefined || nodes?.has(node) === true);
  const fresh = shares.reduce((sum, { count }) => sum + count, 0);
  const least = countPages(own) + (node === undefined ? pagesOfOthers(pool, use) : 0) + fresh;
  const count = Math.max(least, reservedNow(pool, node));
  const total = count + reservedNow(pool, undefined) - reservedNow(pool, node);
  const taken = pools.reduce((sum, one) => sum + (one === pool ? total : one.total) * one.pageSize, 0);
  if (setup.most !== undefined && taken > setup.most)
    return left(
      `${printPages(pages(fresh, pool.pageSize))} more for ${who} are more than this host can give (${printBytes(setup.most)} for all pools): move guests to another.`,
    );
  const { fix, otherwise } = reserveHugePages({ pool, node, count, setup });
  if (otherwise !== undefined) return left(otherwise);
  const path = setHugePagePool(pool.pageSize, node, 0, count).on;
  const isDefaultPool = node === undefined && pool.pageSize === setup.defaultSize;
  return { changes: fix, least: { path, isDefaultPool, count: least } };
}

/** Pages set aside for good, on a node or (undefined) in all. */
export function reservedNow(pool: HugePagePool, node: number | undefined): number {
  const { total, surplus } = (node === undefined ? pool : pool.nodes.find(one => one.node === node)) ?? noPages;
  return total - surplus;
}

const noPages = { total: 0, surplus: 0 };
