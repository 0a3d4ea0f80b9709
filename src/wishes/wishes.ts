import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';
import { isGlob, matchesGlob } from '#units/glob';
import { type Intent, intents, isIntent } from '#wishes/intent';

/** What the user wants of the machine: one immutable value that check and plan are handed. */
export interface Wishes {
  /** `current`: today's facts. `guide`: the guide's letter. */
  readonly policy: 'current' | 'guide';
  /** Intents said for guests by name, UUID or a pattern of names (`web*`), which win over the guest's own metadata. A name wins over a pattern, and the first pattern that fits over later ones. */
  readonly guestIntents: ReadonlyMap<string, readonly Intent[]>;
  /** Intents for all guests of which nothing else is said. */
  readonly defaultIntents: readonly Intent[];
  /** What the host is for. Empty: for what its guests are for. */
  readonly hostIntents: readonly Intent[];
  /** Who said so, for people: by the keys of `guestIntents`; `--intent` where nothing is noted. */
  readonly saidBy: ReadonlyMap<string, string>;
  /** Parameters by rule id, then by name; a rule's own defaults where nothing is said. */
  readonly params: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Nothing said: today's facts, `general` guests, the rules' own numbers. */
export const noWishes: Wishes = {
  policy: 'current',
  guestIntents: new Map(),
  defaultIntents: [],
  hostIntents: [],
  saidBy: new Map(),
  params: new Map(),
};

/** What a guest is for, and who said so. */
export interface GuestIntents {
  /** At least one. */
  readonly intents: readonly Intent[];
  /** `wish`: a flag or a setting for this guest; `metadata`: its own definition; `default`: a flag or a setting for all guests; `nobody`: nothing was said. */
  readonly from: 'wish' | 'metadata' | 'default' | 'nobody';
  /** Who, for people: `--intent`, `/etc/nearmetal/nearmetal.yaml:7`, `its own metadata`. */
  readonly by: string;
}

/** Gives what a guest is for: said by the user, else in its metadata, else the default, else general; and who said so. */
export function guestIntents(wishes: Wishes, guest: Guest): GuestIntents {
  const key = wishes.guestIntents.size === 0 ? undefined : keyOf(wishes.guestIntents, guest);
  const said = key === undefined ? undefined : wishes.guestIntents.get(key);
  if (key !== undefined && said !== undefined)
    return { intents: said, from: 'wish', by: wishes.saidBy.get(key) ?? '--intent' };
  const declared = (valueIfKnown(guest.declaredIntents) ?? []).filter(isIntent);
  if (declared.length > 0) return { intents: declared, from: 'metadata', by: 'its own metadata' };
  if (wishes.defaultIntents.length > 0)
    return { intents: wishes.defaultIntents, from: 'default', by: wishes.saidBy.get('') ?? '--intent' };
  return { intents: ['general'], from: 'nobody', by: 'nobody' };
}

/** Gives what a guest is for. */
export const intentsOf = (wishes: Wishes, guest: Guest): readonly Intent[] => guestIntents(wishes, guest).intents;

/** Gives what a host is for, in the order of the intents: what was said of it, else what its guests are for, else the default, else general. */
export function hostIntentsOf(wishes: Wishes, guests: readonly Guest[]): readonly Intent[] {
  if (wishes.hostIntents.length > 0) return intents.filter(intent => wishes.hostIntents.includes(intent));
  const named = new Set(guests.flatMap(guest => intentsOf(wishes, guest)));
  if (named.size === 0) for (const intent of wishes.defaultIntents) named.add(intent);
  const found = intents.filter(intent => named.has(intent));
  return found.length > 0 ? found : ['general'];
}

function keyOf(said: Wishes['guestIntents'], { name, uuid }: Guest): string | undefined {
  if (said.has(name)) return name;
  const own = valueIfKnown(uuid)?.toLowerCase();
  for (const key of said.keys()) if (own !== undefined && key.toLowerCase() === own) return key;
  for (const key of said.keys()) if (isGlob(key) && matchesGlob(key, name, { slash: 'is-like-any' })) return key;
  return undefined;
}
