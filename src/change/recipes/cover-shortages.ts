import type { Change } from '#change/change';
import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import type { HugePageSetup } from '#model/derived/huge-page-setup';
import type { PoolShortage } from '#model/derived/pool-shortage';
import { gib } from '#units/bytes';
import { pages, printPages } from '#units/pages';

/** What to do about shortages: changes, what planning must place first, what a person must do. */
export interface Cover {
  readonly fix: readonly Change[];
  readonly wish?: { readonly kind: string; readonly detail: Readonly<Record<string, string | number>> };
  readonly otherwise?: string;
}

/**
 * Gives the changes that make up for shortages. A pool as a whole and single nodes can be set outright; where needs are bound to
 * several nodes, or the pool and a node of it are short, planning must share the pages out.
 */
export function coverShortages(short: readonly PoolShortage[], setup: HugePageSetup): Cover {
  const fix: Change[] = [];
  const otherwise: string[] = [];
  let wish: Cover['wish'];
  let written = setup;
  for (const shortage of short) {
    const { pool, nodes, needed } = shortage;
    const isPlain = short.every(other => other.pool !== pool || other.nodes?.size === (nodes && 1));
    if (setup.most !== undefined && needed * pool.pageSize > setup.most) {
      otherwise.push(
        `${printPages(pages(needed, pool.pageSize))} are more than this host can give: move guests to another.`,
      );
    } else if (isPlain) {
      const change = reserveHugePages({ pool, node: nodes?.first, count: needed, setup: written });
      written = withPages(written, shortage);
      fix.push(...change.fix);
      if (change.otherwise !== undefined) otherwise.push(change.otherwise);
    } else {
      wish ??= {
        kind: 'size-huge-page-pool',
        detail: { pageSize: pool.pageSize, pages: needed, nodes: nodes?.toString() ?? '' },
      };
    }
  }
  return {
    fix: fix.filter(change => !fix.some((later, at) => at > fix.indexOf(change) && isSameLine(change, later))),
    ...(wish === undefined ? {} : { wish }),
    ...(otherwise.length === 0 ? {} : { otherwise: otherwise.join(' ') }),
  };
}

/** What the kernel command line will say once a shortage of gigantic pages is covered: the next one adds to it. */
function withPages(setup: HugePageSetup, { pool, nodes, needed }: PoolShortage): HugePageSetup {
  const { configured } = setup;
  if (configured === undefined || pool.pageSize < gib(1)) return setup;
  const before = configured.line.reserved.get(pool.pageSize);
  const byNode = nodes === undefined ? undefined : new Map(before?.nodes).set(nodes.first ?? 0, needed);
  const total = byNode === undefined ? needed : [...byNode.values()].reduce((sum, count) => sum + count, 0);
  const reserved = new Map(configured.line.reserved).set(pool.pageSize, { total, nodes: byNode });
  return { ...setup, configured: { ...configured, line: { ...configured.line, reserved } } };
}

/** All words about huge pages are written in one change; a later one holds what an earlier one wrote. */
const isSameLine = (one: Change, other: Change): boolean =>
  one.kind === 'kernel-command-line' && other.kind === one.kind && other.on === one.on;
