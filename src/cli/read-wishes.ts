import { nearest } from '#cli/nearest';
import { usageError } from '#cli/request-error';
import { type Intent, intents, isIntent } from '#wishes/intent';
import { noWishes, type Wishes } from '#wishes/wishes';

/** Takes the words of `--intent` (`database`, `db01=database,latency`, `web*=density`, `host=latency`) and `--policy`; gives the user's wishes. */
export function readWishes(intentWords: readonly string[], policy: 'current' | 'guide'): Wishes {
  const guestIntents = new Map<string, readonly Intent[]>();
  const defaults: Intent[] = [];
  const host: Intent[] = [];
  for (const word of intentWords) {
    const equals = word.lastIndexOf('=');
    if (equals === 0)
      throw usageError(`--intent ${word} names no guest`, '--intent GUEST=INTENT, or --intent INTENT for all');
    const meant = word
      .slice(equals + 1)
      .split(',')
      .map(readIntent);
    const name = word.slice(0, Math.max(equals, 0));
    if (equals === -1) defaults.push(...meant);
    else if (name === hostWord) host.push(...meant);
    else guestIntents.set(name, [...new Set([...(guestIntents.get(name) ?? []), ...meant])]);
  }
  return {
    ...noWishes,
    policy,
    guestIntents,
    defaultIntents: [...new Set(defaults)],
    hostIntents: [...new Set(host)],
  };
}

/** In the place of a guest's name: what the host is for. */
const hostWord = 'host';

/** Takes a word; gives the intent. Throws RequestError with the nearest for one that is none. */
export function readIntent(word: string): Intent {
  if (isIntent(word)) return word;
  if (word === '') throw usageError('--intent needs an intent', `intents are ${intents.join(', ')}`);
  const near = nearest(word, intents);
  throw usageError(
    `"${word}" is no intent`,
    near === undefined
      ? `intents are ${intents.join(', ')}`
      : `did you mean ${near}? intents are ${intents.join(', ')}`,
  );
}
