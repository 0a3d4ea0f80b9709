import type { Change } from '#change/change';
import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import type { Wish } from '#check/verdict';
import { hugePageSetup } from '#model/derived/huge-page-setup';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { type Ask, leftToPerson } from '#plan/ask';
import { partsOf } from '#plan/change-parts';
import { pageSizesOf } from '#plan/page-sizes';
import { type PagesForGuests, pagesForGuests, reservedNow } from '#plan/pages-for-guests';
import { gib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

/**
 * Turns what rules wish into changes where that takes no choice: pages for guests that are to be backed with them, a pool shared out over
 * the nodes named. What is left needs a person: which CPUs a guest gets, how guests are spread.
 */
export function resolveWishes(asks: readonly Ask[], machine: Machine): readonly Ask[] {
  const wanted = pagesForGuests(asks, machine);
  const resolved = asks.map(asked => {
    const { wish, otherwise } = asked.found.finding;
    const ask = wish?.kind === 'reserve-huge-pages' ? asked : whereTheyAreBound(asked, wanted);
    if (wish === undefined) return ask;
    switch (wish.kind) {
      case 'reserve-huge-pages':
        return reserved(ask, wanted.get(Number(wish.detail['pageSize'])));
      case 'size-huge-page-pool':
        return sized(ask, wish, machine);
      default:
        return otherwise === undefined ? { ...ask, byHand: [...ask.byHand, inWords(wish)] } : ask;
    }
  });
  return resolved.map(ask => keepLeast(ask, [...wanted.values()]));
}

function inWords({ kind, detail }: Wish): string {
  const guest = String(detail['guest'] ?? 'GUEST');
  return kind === 'place-guest'
    ? `Choose CPUs of one node for it (nearmetal topology shows who sits where); then virsh vcpupin ${guest} VCPU CPUS --live --config for each vCPU, virsh emulatorpin ${guest} CPUS --live --config, and virsh numatune ${guest} --nodeset NODE --config.`
    : `${kind.replaceAll('-', ' ')}: ${Object.entries(detail)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}.`;
}

/** The guest's own edit and the pages for it, or neither: without them it does not start. */
function reserved(ask: Ask, pages: PagesForGuests | undefined): Ask {
  if (pages === undefined || ask.changes.length === 0) return ask;
  if (pages.byHand !== undefined) return leftToPerson(ask, pages.byHand);
  return { ...ask, changes: [...pages.changes, ...ask.changes], isWhole: true };
}

/** A guest with huge pages is bound to nodes only with its pages there; a pool that grows for such guests grows there, not as a whole. */
function whereTheyAreBound(ask: Ask, wanted: ReadonlyMap<number, PagesForGuests>): Ask {
  for (const [size, pages] of wanted) {
    if (pages.rebound.size === 0) continue;
    const isBinding = ({ kind, on, after }: Change): boolean =>
      kind === 'domain-xml' && pages.rebound.has(on) && partsOf(after).some(({ path }) => /^numatune\b/.test(path));
    const isOfPool = (change: Change): boolean =>
      poolKinds.has(change.kind) &&
      Number(change.after) > 0 &&
      pageSizesOf(change).some(of => of === size || (of === undefined && pages.isDefaultSize));
    if (!ask.changes.some(change => isBinding(change) || isOfPool(change))) continue;
    if (pages.byHand !== undefined) return leftToPerson(ask, pages.byHand);
    const others = ask.changes.filter(change => !isOfPool(change));
    return { ...ask, changes: [...pages.changes, ...others], isWhole: true };
  }
  return ask;
}

const poolKinds: ReadonlySet<string> = new Set(['huge-page-pool', 'tmpfiles', 'sysctl', 'sysctl-file']);

/** Other findings may not make a pool smaller than what was just added up: they did not know of the new pages. */
function keepLeast(ask: Ask, wanted: readonly PagesForGuests[]): Ask {
  const changes = ask.changes.map(change => {
    const least = wanted.flatMap(one => one.least).find(one => isOfPool(change, one))?.count ?? 0;
    const asked = Number(change.after);
    if (!(asked < least)) return change;
    return { ...change, after: typeof change.after === 'number' ? least : String(least) };
  });
  return { ...ask, changes };
}

const isOfPool = (
  { kind, on }: Change,
  { path, isDefaultPool }: { readonly path: string; readonly isDefaultPool: boolean },
): boolean =>
  (kind === 'huge-page-pool' && on === path) ||
  (kind === 'tmpfiles' && on.endsWith(` ${path}`)) ||
  (isDefaultPool && kind.startsWith('sysctl') && /(?:^| )vm\.nr_hugepages$/.test(on));

/** A pool over some nodes: each gets an equal share of what is missing, and none less than it has. */
function sized(ask: Ask, { detail }: Wish, { host }: Machine): Ask {
  const size = Number(detail['pageSize']);
  const needed = Number(detail['pages']);
  const nodes = CpuSet.parse(String(detail['nodes'] ?? ''));
  const pool = valueIfKnown(host.memory.hugePages)?.find(({ pageSize }) => pageSize === size);
  const setup = valueIfKnown(hugePageSetup(host));
  const file = `hugepages/hugepages-${size / 1024}kB/nr_hugepages`;
  // all gigantic pages stand in one line of the boot loader
  const isOpen = nodes === undefined || nodes.isEmpty || (size >= gib(1) && nodes.size > 1);
  if (isOpen || pool === undefined || setup === undefined) {
    const path = `/sys/devices/system/node/nodeN/${file}`;
    const share = `Share ${needed} pages out over the nodes as the guests are bound to them (nearmetal topology shows it), and write each share to ${path}, now, and for each boot to a file of /etc/tmpfiles.d: w ${path} - - - - PAGES.`;
    return { ...ask, byHand: [...ask.byHand, share] };
  }
  let short = needed - [...nodes].reduce((sum, node) => sum + reservedNow(pool, node), 0);
  const byHand: string[] = [];
  const changes = [...nodes].flatMap((node, at) => {
    const share = Math.ceil(Math.max(0, short) / (nodes.size - at));
    short -= share;
    const { fix, otherwise } = reserveHugePages({ pool, node, count: reservedNow(pool, node) + share, setup });
    if (otherwise !== undefined) byHand.push(otherwise);
    return fix;
  });
  return { ...ask, changes: [...ask.changes, ...changes], byHand: [...ask.byHand, ...byHand] };
}
