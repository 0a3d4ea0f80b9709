import { listReadings } from '#collect/reading';
import type { ReadingState } from '#formats/bundle/own/own-bundle';
import type { Machine } from '#model/machine';

/** Takes a machine and the tree of readings that it was read with; gives what became of each reading. */
export function readingStates(machine: Machine, readings: object): readonly ReadingState[] {
  return listReadings(readings).flatMap(({ fact }) => {
    const found = factAt(machine, fact.split('.'));
    return found === undefined ? [] : [{ fact, ...found }];
  });
}

function factAt(from: unknown, path: readonly string[]): Omit<ReadingState, 'fact'> | undefined {
  let at = from;
  for (const name of path)
    at = typeof at === 'object' && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined;
  if (typeof at !== 'object' || at === null || !('state' in at)) return undefined;
  const { state } = at;
  if (state === 'known' || state === 'absent') return { state };
  return state === 'unknown' && 'reason' in at ? { state, reason: String(at.reason) } : undefined;
}
