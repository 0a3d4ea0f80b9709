import type { Change } from '#change/change';
import { knobSettings } from '#change/knob-settings';
import type { Found } from '#check/conflict';
import { type Ask, leftToPerson, subjectWords } from '#plan/ask';
import { holds, partsOf } from '#plan/change-parts';
import { mergeChanges } from '#plan/merge-changes';

/** One change to be made, and the findings that it puts right. */
export interface Draft {
  readonly change: Change;
  readonly because: readonly Found[];
}

/** What is to be done, and what each finding leaves to a person. */
export interface Accepted {
  readonly drafts: readonly Draft[];
  readonly asks: readonly Ask[];
}

/**
 * Takes what findings ask for, the gravest first, and joins it: what is the same, what touches the same knob in the same way, all edits of
 * one guest's definition. A finding that wants another value for a knob than one before it is left to a person: no knob is set twice.
 * `keyOf`: changes with different keys are never joined.
 */
export function acceptAsks(asks: readonly Ask[], keyOf: (change: Change) => string): Accepted {
  const knobs = new Map<string, { readonly to: string | undefined; readonly by: Found }>();
  const places = new Map<string, readonly { readonly path: string; readonly by: Found }[]>();
  const drafts = new Map<string, Draft>();
  const told = asks.map(ask => {
    const { found } = ask;
    const settings = ask.changes.flatMap(knobSettings);
    const clash =
      settings.map(({ knob, to }) => ({ knob, own: to, other: knobs.get(knob) })).find(isClash)?.other?.by ??
      ask.changes.map(change => nested(change, places.get(guestPlaces(change)) ?? [])).find(by => by !== undefined);
    if (clash !== undefined) return leftToPerson(ask, contradiction(ask, clash));
    const joined = new Map(drafts);
    for (const change of ask.changes) {
      const key = keyOf(change);
      const there = joined.get(key);
      const merged = there === undefined ? change : mergeChanges(there.change, change);
      if (merged === undefined) return leftToPerson(ask, contradiction(ask, there?.because[0] ?? found));
      const because = [...(there?.because ?? []).filter(one => one !== found), found];
      joined.set(key, { change: merged, because });
    }
    for (const [key, draft] of joined) drafts.set(key, draft);
    for (const { knob, to } of settings) if (!knobs.has(knob)) knobs.set(knob, { to, by: found });
    for (const change of ask.changes) {
      const key = guestPlaces(change);
      const own = partsOf(change.after).map(({ path }) => ({ path, by: found }));
      places.set(key, [...(places.get(key) ?? []), ...own]);
    }
    return ask;
  });
  return { drafts: [...drafts.values()], asks: told };
}

const isClash = ({ own, other }: { own: string | undefined; other: { to: string | undefined } | undefined }): boolean =>
  other !== undefined && other.to !== own;

const guestPlaces = ({ kind, on }: Change): string => `${kind} ${on}`;

/** Whose place holds one of the change, or lies in one: an element cannot be replaced and edited as well. */
const nested = (change: Change, there: readonly { readonly path: string; readonly by: Found }[]): Found | undefined =>
  there.find(({ path }) =>
    partsOf(change.after).some(part => part.path !== path && (holds(part.path, path) || holds(path, part.path))),
  )?.by;

function contradiction({ found, changes }: Ask, by: Found): string {
  const name = (one: Found): string => `${one.rule.id} (${subjectWords(one)})`;
  const wants = changes.map(({ kind, on }) => `${kind} ${on}`);
  return `${name(found)} and ${name(by)} want different things of ${[...new Set(wants)].join(', ')}; this plan follows the latter. Decide for one: waive the other, or plan with --rule ${found.rule.id}.`;
}
