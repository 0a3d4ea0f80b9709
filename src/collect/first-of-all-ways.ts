import type { Known } from '#model/known';

/**
 * Tries ways one after the other and stops at the first that gives a known fact, as `firstWay` does. But the fact is absent only where
 * every way was looked at and has none: a file that this kernel lacks says nothing while the next one could not be read. Unknown has
 * the first reason that says what would help, else the first.
 */
export function firstOfAllWays<T>(...ways: readonly [() => Known<T>, ...(() => Known<T>)[]]): Known<T> {
  const [first, ...others] = ways;
  let absence = first();
  if (absence.state === 'known') return absence;
  const unread = absence.state === 'unknown' ? [absence] : [];
  for (const way of others) {
    const fact = way();
    if (fact.state === 'known') return fact;
    if (fact.state === 'unknown') unread.push(fact);
    else if (absence.state === 'unknown') absence = fact;
  }
  return unread.find(fact => fact.remedy !== undefined) ?? unread[0] ?? absence;
}
