import type { Known } from '#model/known';

/**
 * Tries ways one after the other and stops at the first that gives a known fact: a later way is not even looked at. Where none does, one
 * that looked and found nothing settles that the fact is absent; else it is unknown for the first reason. For ways of which each can say
 * “there is none” by itself; where none can, take `firstOfAllWays`.
 */
export function firstWay<T>(first: () => Known<T>, ...others: readonly (() => Known<T>)[]): Known<T> {
  let best = first();
  for (const way of others) {
    if (best.state === 'known') return best;
    const next = way();
    if (next.state === 'known' || (next.state === 'absent' && best.state === 'unknown')) best = next;
  }
  return best;
}
