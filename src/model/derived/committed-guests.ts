import type { Guest, GuestState } from '#model/guest';
import { type Known, known, mapKnown } from '#model/known';
import { oncePer } from '#model/once-per';

const runningStates: ReadonlySet<GuestState> = new Set(['running', 'blocked', 'paused', 'shutting-down', 'suspended']);

/** Whether a guest holds its resources now: running, paused, shutting down or suspended to memory. */
export const isRunning = (guest: Guest): Known<boolean> => mapKnown(guest.state, state => runningStates.has(state));

/** Whether a guest's needs count against the host: it runs, or it starts with the host. One known to run is committed whatever its autostart says. */
export function isCommitted(guest: Guest): Known<boolean> {
  const running = isRunning(guest);
  return running.state === 'known' && running.value ? running : guest.autostart;
}

/** Gives the guests that run now. Unknown where the guests are, or where one's state is. */
export const runningGuests = oncePer((guests: Known<readonly Guest[]>) => keepGuests(guests, isRunning));

/** Gives the committed guests: those that run and those that start with the host. Unknown where it cannot be told of one. */
export const committedGuests = oncePer((guests: Known<readonly Guest[]>) => keepGuests(guests, isCommitted));

function keepGuests(
  guests: Known<readonly Guest[]>,
  isKept: (guest: Guest) => Known<boolean>,
): Known<readonly Guest[]> {
  if (guests.state !== 'known') return guests;
  const kept: Guest[] = [];
  for (const guest of guests.value) {
    const fact = isKept(guest);
    if (fact.state === 'unknown') return fact;
    if (fact.state === 'known' && fact.value) kept.push(guest);
  }
  return known(kept, ...guests.evidence);
}
