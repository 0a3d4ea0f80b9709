import type { KnobSetting } from '#change/knob-setting';
import { knobSettings } from '#change/knob-settings';
import { type Conflict, doMeet, type Found, guestOf, isAsking } from '#check/conflict';
import type { Outcome } from '#check/outcome';
import type { Wish } from '#check/verdict';

/** Two findings of one report that cannot both be followed. */
export interface Contradiction {
  /** The rules, the same twice where one finding contradicts itself. */
  readonly rules: readonly [string, string];
  /** What they disagree about: a knob with both values, or a pair of practices. */
  readonly about: string;
}

interface Wanted extends KnobSetting {
  readonly found: Found;
}

/**
 * Takes what a report would print of one machine; gives the findings that contradict one another: they set one knob or one place of a
 * definition to different values, take away what the other sets, ask planning for different things, or follow practices that exclude
 * each other. An empty list is what every report must come to.
 */
export function contradictions(
  outcomes: readonly Outcome[],
  conflicts: readonly Conflict[] = [],
): readonly Contradiction[] {
  const found = outcomes.filter(outcome => outcome.outcome === 'bad');
  return [...ofKnobs(found), ...ofPractices(found, conflicts)];
}

function ofKnobs(found: readonly Found[]): readonly Contradiction[] {
  const wanted = new Map<string, Wanted[]>();
  for (const one of found) {
    for (const setting of settingsOf(one)) {
      const there = wanted.get(setting.knob);
      if (there === undefined) wanted.set(setting.knob, [{ ...setting, found: one }]);
      else there.push({ ...setting, found: one });
    }
  }
  const clashes: Contradiction[] = [];
  for (const [knob, all] of wanted) {
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) if (one.to !== other.to) clashes.push(clash(knob, one, other));
      if (one.to !== undefined || !knob.startsWith('guest ')) continue;
      // what is taken away cannot be filled at the same time
      for (const [inner, settings] of wanted) {
        if (!inner.startsWith(`${knob}/`)) continue;
        for (const other of settings) if (other.to !== undefined) clashes.push(clash(inner, one, other));
      }
    }
  }
  return clashes;
}

const clash = (knob: string, one: Wanted, other: Wanted): Contradiction => ({
  rules: [one.found.rule.id, other.found.rule.id],
  about: `${knob}: ${one.to ?? 'taken away'} and ${other.to ?? 'taken away'}`,
});

function settingsOf({ finding: { fix = [], wish } }: Found): readonly KnobSetting[] {
  return [...fix.flatMap(knobSettings), ...(wish === undefined ? [] : wishSettings(wish))];
}

/** What planning is asked for, as knobs of its own. A guest is placed once, in one mode. */
function wishSettings({ kind, detail }: Wish): readonly KnobSetting[] {
  const [first, ...rest] = ((): readonly string[] => {
    switch (kind) {
      case 'place-guest':
        return ['guest', 'mode', 'cells'];
      case 'reserve-huge-pages':
        return ['guest', 'pageSize', 'pages'];
      default:
        return ['pageSize', 'pages', 'nodes'];
    }
  })();
  const on = first === undefined ? '' : String(detail[first]);
  return rest.flatMap(name =>
    detail[name] === undefined ? [] : [{ knob: `${kind} ${on} ${name}`, to: String(detail[name]) }],
  );
}

function ofPractices(found: readonly Found[], conflicts: readonly Conflict[]): readonly Contradiction[] {
  const clashes: Contradiction[] = [];
  for (const conflict of conflicts) {
    const { pair, kind, between, why } = conflict;
    if (kind === 'precedes') continue;
    const [first, second] = between;
    for (const one of found) {
      if (!isAsking(one, first)) continue;
      for (const other of found) {
        if (other === one || !isAsking(other, second) || !doMeet(one, other, conflict)) continue;
        clashes.push({
          rules: [one.rule.id, other.rule.id],
          about: `pair ${pair} on ${guestOf(one) ?? guestOf(other) ?? one.subject.name}: ${why}`,
        });
      }
    }
  }
  return clashes;
}
