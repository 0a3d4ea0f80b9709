import type { Change } from '#change/change';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { hugePageUse, pagesOfOthers } from '#model/derived/huge-page-use';
import type { DomainConfig } from '#model/domain-config';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import type { HugePagePool } from '#model/memory';
import type { Ask } from '#plan/ask';
import { plannedNodes } from '#plan/planned-nodes';
import { gib, printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { pages, printPages } from '#units/pages';

/** The pages that guests are to get which have none where they are to be, of one size. */
export interface PagesForGuests {
  /** What has to be done for them; none where the pool is large enough. */
  readonly changes: readonly Change[];
  /** The least that pools must hold from now on: no other change may make them smaller. */
  readonly least: readonly { readonly path: string; readonly isDefaultPool: boolean; readonly count: number }[];
  /** Guests with such pages that are bound to nodes now: the pages have to be there, whatever the pool holds as a whole. */
  readonly rebound: ReadonlySet<string>;
  /** Whether it is the host's default size, which vm.nr_hugepages sets. */
  readonly isDefaultSize: boolean;
  /** Why a person has to do it, and how. */
  readonly byHand?: string;
}

/** Takes what is asked; gives by page size (bytes) how the guests get their pages: all of one size out of one pool, added up. */
export function pagesForGuests(asks: readonly Ask[], machine: Machine): ReadonlyMap<number, PagesForGuests> {
  const configs = new Map((valueIfKnown(machine.guests) ?? []).map(({ name, config }) => [name, config]));
  const planned = plannedNodes(asks);
  const bySize = new Map<number, Share[]>();
  for (const size of reboundSizes(machine, planned)) bySize.set(size, []);
  for (const { found, changes } of asks) {
    const { wish } = found.finding;
    // of a guest that is left alone nothing is asked
    if (wish?.kind !== 'reserve-huge-pages' || changes.length === 0) continue;
    const guest = String(wish.detail['guest']);
    const size = Number(wish.detail['pageSize']);
    const nodes = planned.get(guest) ?? nodesOf(configs.get(guest));
    bySize.set(size, [...(bySize.get(size) ?? []), { guest, count: Number(wish.detail['pages']), nodes }]);
  }
  return new Map([...bySize].map(([size, shares]) => [size, poolFor(size, shares, machine, planned)]));
}

/** What one guest is to get. */
interface Share {
  readonly guest: string;
  readonly count: number;
  readonly nodes: CpuSet | undefined;
}

type Planned = ReadonlyMap<string, CpuSet>;

/** Sizes of the pages of guests that are bound anew. */
function reboundSizes({ host, guests }: Machine, planned: Planned): ReadonlySet<number> {
  const use = planned.size === 0 ? undefined : valueIfKnown(hugePageUse(guests, host.memory));
  return new Set(
    (use?.guests ?? [])
      .filter(({ guest, isCommitted }) => isCommitted && planned.has(guest))
      .flatMap(({ next }) => next.map(({ pages: { size } }) => size)),
  );
}

/** The nodes that the whole memory of a guest is bound to; of one with cells of its own a set of all of them. */
function nodesOf(config: DomainConfig | undefined): CpuSet | undefined {
  const tuning = config === undefined ? undefined : valueIfKnown(config.numatune);
  const sets = [tuning?.memory, ...(tuning?.cells ?? [])].flatMap(one =>
    one?.nodeset === undefined || one.mode === 'preferred' || one.mode === 'interleave' ? [] : [...one.nodeset],
  );
  return sets.length === 0 ? undefined : CpuSet.of(sets);
}

function poolFor(size: number, shares: readonly Share[], { host, guests }: Machine, planned: Planned): PagesForGuests {
  const use = valueIfKnown(hugePageUse(guests, host.memory));
  const committed = (use?.guests ?? []).filter(({ isCommitted }) => isCommitted);
  const needs = committed.flatMap(({ guest, next }) =>
    next
      .filter(({ pages: { size: own } }) => own === size)
      .map(({ pages: { count }, nodes }): Share => ({ guest, count, nodes: planned.get(guest) ?? nodes })),
  );
  const rebound = new Set(needs.filter(({ guest }) => planned.has(guest)).map(({ guest }) => guest));
  const who = [...new Set([...shares.map(({ guest }) => guest), ...rebound])];
  const setup = valueIfKnown(hugePageSetup(host));
  const isDefaultSize = setup?.defaultSize === size;
  const left = (why: string): PagesForGuests => ({
    isDefaultSize,
    changes: [],
    least: [],
    rebound,
    byHand: `${why} First reserve the pages (nearmetal explain host-memory/hugepages-pool-sized), then change the definition: ${who.map(guest => `virsh edit ${guest}`).join('; ')}.`,
  });
  const pools = valueIfKnown(host.memory.hugePages) ?? [];
  const pool = pools.find(({ pageSize }) => pageSize === size);
  if (pool === undefined) return left('Whether this host has a pool of such pages was not read.');
  if (setup === undefined || use === undefined || use.known < use.of)
    return left('The needs of the other guests were not read.');
  const all = [...needs, ...shares];
  if (all.some(({ nodes }) => nodes !== undefined && nodes.size !== 1))
    return left(`How the pages are shared out has to be chosen: not all of ${who.join(', ')} are bound to one node.`);
  const nodes = [...new Set(all.map(({ nodes: own }) => own?.first))].sort((a, b) => (a ?? 0) - (b ?? 0));
  if (nodes.length > 1 && nodes.includes(undefined))
    return left('How the pages are shared out has to be chosen: some guests are bound to nodes and some are not.');
  // all gigantic pages stand in one line of the boot loader
  if (nodes.length > 1 && size >= gib(1))
    return left('How the pages are shared out has to be chosen: guests are bound to different nodes.');
  const wanted = nodes.map(node => {
    const own = all.filter(({ nodes: bound }) => bound?.first === node).reduce((sum, { count }) => sum + count, 0);
    const least = own + (node === undefined ? pagesOfOthers(pool, use) : 0);
    return { node, least, count: Math.max(least, reservedNow(pool, node)) };
  });
  const more = wanted.reduce((sum, { node, count }) => sum + count - reservedNow(pool, node), 0);
  const total = reservedNow(pool, undefined) + more;
  const taken = pools.reduce((sum, one) => sum + (one === pool ? total : one.total) * one.pageSize, 0);
  if (more > 0 && setup.most !== undefined && taken > setup.most)
    return left(
      `${printPages(pages(more, pool.pageSize))} more for ${who.join(', ')} are more than this host can give (${printBytes(setup.most)} for all pools): move guests to another.`,
    );
  const reservations = wanted.map(({ node, count }) => reserveHugePages({ pool, node, count, setup }));
  const otherwise = reservations.flatMap(one => one.otherwise ?? []);
  if (otherwise.length > 0) return left(otherwise.join(' '));
  return {
    changes: reservations.flatMap(({ fix }) => fix),
    least: wanted.map(({ node, least: count }) => ({
      path: setHugePagePool(pool.pageSize, node, 0, count).on,
      isDefaultPool: node === undefined && isDefaultSize,
      count,
    })),
    rebound,
    isDefaultSize,
  };
}

/** Pages set aside for good, on a node or (undefined) in all. */
export function reservedNow(pool: HugePagePool, node: number | undefined): number {
  const { total, surplus } = (node === undefined ? pool : pool.nodes.find(one => one.node === node)) ?? noPages;
  return total - surplus;
}

const noPages = { total: 0, surplus: 0 };
