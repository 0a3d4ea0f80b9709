import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';
import { type Intent, isIntent } from '#wishes/intent';

/** What the user wants of the machine: one immutable value that check and plan are handed. */
export interface Wishes {
  /** `current`: today's facts. `guide`: the guide's letter. */
  readonly policy: 'current' | 'guide';
  /** Intents said for guests by name, which win over the guest's own metadata. */
  readonly guestIntents: ReadonlyMap<string, readonly Intent[]>;
  /** Intents for all guests of which nothing else is said. */
  readonly defaultIntents: readonly Intent[];
  /** Parameters by rule id, then by name; a rule's own defaults where nothing is said. */
  readonly params: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Nothing said: today's facts, `general` guests, the rules' own numbers. */
export const noWishes: Wishes = {
  policy: 'current',
  guestIntents: new Map(),
  defaultIntents: [],
  params: new Map(),
};

/** Gives what a guest is for: said by the user, else in its metadata, else the default, else general. */
export function intentsOf(wishes: Wishes, guest: Guest): readonly Intent[] {
  const said = wishes.guestIntents.get(guest.name);
  if (said !== undefined) return said;
  const declared = (valueIfKnown(guest.declaredIntents) ?? []).filter(isIntent);
  if (declared.length > 0) return declared;
  return wishes.defaultIntents.length > 0 ? wishes.defaultIntents : ['general'];
}
