import { nearest } from '#cli/nearest';
import { inputError, usageError } from '#cli/request-error';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { isGlob, matchesGlob } from '#units/glob';
import type { Wishes } from '#wishes/wishes';

/** Takes names or UUIDs of guests; gives the guests. One that no guest has is an input error. */
export function namedGuests(machine: Machine, words: readonly string[]): readonly Guest[] {
  const there = valueIfKnown(machine.guests) ?? [];
  return words.map(
    word =>
      there.find(({ name }) => name === word) ??
      there.find(({ uuid }) => valueIfKnown(uuid)?.toLowerCase() === word.toLowerCase()) ??
      noSuchGuest(machine, word),
  );
}

/** Throws where intents are given to a guest that is not there, by a pattern that no name fits, or to `host` where a guest is called so. */
export function refuseStrayIntents(machine: Machine, { guestIntents: said, hostIntents }: Wishes): void {
  const there = valueIfKnown(machine.guests) ?? [];
  for (const word of said.keys()) {
    const isFitting = isGlob(word) && there.some(({ name }) => matchesGlob(word, name, { slash: 'is-like-any' }));
    if (!isFitting) namedGuests(machine, [word]);
  }
  const namesake = there.find(({ name }) => name === 'host');
  if (hostIntents.length > 0 && namesake !== undefined)
    throw usageError(
      '--intent host= is ambiguous: a guest is called host, too',
      `for the guest give its UUID: --intent ${valueIfKnown(namesake.uuid) ?? 'UUID'}=…; for the host write it into nearmetal.yaml`,
    );
}

function noSuchGuest({ guests }: Machine, word: string): never {
  const there = valueIfKnown(guests) ?? [];
  throw inputError(
    `there is no guest called "${word}"`,
    guests.state === 'unknown'
      ? `the guests could not be read: ${guests.reason}`
      : there.length === 0
        ? 'there are no guests at all'
        : `guests are ${nearestFirst(
            word,
            there.map(({ name }) => name),
          )}`,
  );
}

/** As many names as fit a line or two, the one that was probably meant before all others. */
function nearestFirst(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  const sorted = near === undefined ? names : [near, ...names.filter(name => name !== near)];
  return `${sorted.slice(0, 12).join(', ')}${sorted.length > 12 ? ` and ${sorted.length - 12} more` : ''}`;
}
