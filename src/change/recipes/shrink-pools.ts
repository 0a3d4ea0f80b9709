import type { Cover } from '#change/recipes/cover-shortages';
import { reserveHugePages } from '#change/recipes/huge-page-reservation';
import type { HugePageSetup } from '#model/derived/huge-page-setup';
import type { PoolTarget } from '#model/derived/pool-target';

/** Gives the changes that bring pools down to a number of pages; planning where guests are bound to nodes, since the kernel takes pages from any. */
export function shrinkPools(
  targets: readonly { readonly target: PoolTarget; readonly count: number }[],
  setup: HugePageSetup,
): Cover {
  const bound = targets.find(({ target }) => target.isBound);
  if (bound !== undefined) {
    const { pageSize } = bound.target.pool;
    return { fix: [], wish: { kind: 'size-huge-page-pool', detail: { pageSize, pages: bound.count, nodes: '' } } };
  }
  const changes = targets.map(({ target, count }) =>
    reserveHugePages({ pool: target.pool, node: undefined, count, setup }),
  );
  const otherwise = changes.flatMap(change => change.otherwise ?? []);
  return {
    fix: changes.flatMap(change => change.fix),
    ...(otherwise.length === 0 ? {} : { otherwise: otherwise.join(' ') }),
  };
}
