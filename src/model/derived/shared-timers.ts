import type { Guest } from '#model/guest';
import { ifKnown, type Known, mapKnown, valueIfKnown } from '#model/known';
import { oncePer } from '#model/once-per';

/**
 * Gives how many guests of a host start heavy work at each time, of those that say: by calendar expression as written, timers that are
 * spread by a random delay left out.
 */
export const timesOfHeavyWork: (guests: Known<readonly Guest[]>) => Known<ReadonlyMap<string, number> | undefined> =
  oncePer(guests =>
    ifKnown(
      mapKnown(guests, all => {
        const times = new Map<string, number>();
        for (const { inside } of all) {
          const own = new Set(
            (valueIfKnown(inside.timers) ?? [])
              .filter(({ randomizedDelay }) => randomizedDelay === undefined)
              .map(({ calendar }) => calendar),
          );
          for (const calendar of own) times.set(calendar, (times.get(calendar) ?? 0) + 1);
        }
        return times;
      }),
    ),
  );
