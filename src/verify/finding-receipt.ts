import type { ChangeStory } from '#apply/run-story';
import type { Standing } from '#apply/standings';
import type { Change } from '#change/change';
import { knobSettings } from '#change/knob-settings';
import type { Outcome } from '#check/outcome';

/** What became of a finding that changes were to put right. */
export interface FindingReceipt {
  readonly rule: string;
  /** In the words of a plan: `host`, `guest web01`. */
  readonly subject: string;
  /**
   * `gone`: the rule finds nothing any more. The others are why it does: `waits`: something of its fix is in force only after a restart.
   * `not-live`: in a tree of files nothing runs, and what the rule judges shows once the tree was booted. `lost`: something of its fix does not
   * hold. `left`: something of its fix was not made, or is no more. `yours`: its fix holds, and the rest is for a person. `more`: its fix holds,
   * and the rule wants something else changed by now. `still`: its fix is in force, and that was to suffice. `waived`: nobody minds it.
   * `unknown`: it was not judged.
   */
  readonly is: 'gone' | 'waits' | 'not-live' | 'lost' | 'left' | 'yours' | 'more' | 'still' | 'waived' | 'unknown';
  /** What the rule says now, where it still finds something. */
  readonly saw?: string;
  /** What a person has to do, or the changes and restarts that it is about; words. */
  readonly why?: string;
}

/** What would be planned for the findings that there are now. */
export interface Rest {
  readonly changes: readonly { readonly change: Change; readonly because: readonly Named[] }[];
  readonly byHand: readonly (Named & { readonly doThis: string })[];
}

/** A finding, named. */
interface Named {
  readonly rule: string;
  readonly subject: string;
}

/** How the machine is judged now. */
export interface Judgement {
  /** By `findingKey`; those of rules that were not run are missing. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly rest: Rest;
  /** Whether it is a running machine, not a tree of files. */
  readonly isLive: boolean;
}

/** A change of a fix that is not in place: nobody wanted it, it was taken back, or a tree of files has nothing of it. */
export interface Unmade {
  readonly story: ChangeStory;
  readonly is: 'declined' | 'undone' | 'not-live';
}

/** One name for a finding. */
export const findingKey = ({ rule, subject }: Named): string => `${rule} ${subject}`;

/** Takes all changes of a finding's fix, those in place and those that are not; gives what became of the finding. */
export function findingReceipt(
  { rule, subject }: Named,
  standings: readonly Standing[],
  unmade: readonly Unmade[],
  { outcomes, rest, isLive }: Judgement,
): FindingReceipt {
  const named = { rule, subject };
  const outcome = outcomes.get(findingKey(named));
  if (outcome === undefined || outcome.outcome === 'unknown' || outcome.outcome === 'crashed')
    return { ...named, is: 'unknown' };
  if (outcome.outcome === 'waived') return { ...named, is: 'waived', saw: outcome.finding.saw };
  if (outcome.outcome !== 'bad') return { ...named, is: 'gone' };
  const there = { ...named, saw: outcome.finding.saw };

  const lostOnes = standings.filter(({ is }) => isLost(is));
  if (lostOnes.length > 0) return { ...there, is: 'lost', why: numbers(lostOnes) };
  const waiting = standings.filter(({ is }) => is === 'waits' || is === 'pending');
  if (waiting.length > 0) return { ...there, is: 'waits', why: whatFor(waiting) };

  const wanted = rest.changes.filter(({ because }) => because.some(one => findingKey(one) === findingKey(named)));
  const held = standings.filter(({ is, story }) => is === 'holds' && (isLive || isAtOnce(story)));
  if (held.some(({ story }) => wanted.some(({ change }) => isContrary(change, story.planned.change))))
    return { ...there, is: 'still' };
  const isUnbooted =
    !isLive && (unmade.some(({ is }) => is === 'not-live') || standings.some(({ story }) => !isAtOnce(story)));
  if (isUnbooted) return { ...there, is: 'not-live' };
  const absent = [...standings.filter(({ is }) => is === 'over'), ...unmade.filter(({ is }) => is !== 'not-live')];
  if (absent.length > 0) return { ...there, is: 'left', why: numbers(absent) };

  const doThis = rest.byHand.filter(one => findingKey(one) === findingKey(named)).map(one => one.doThis);
  if (wanted.length > 0) return { ...there, is: 'more', why: [`nearmetal plan --rule ${rule}`, ...doThis].join('; ') };
  return doThis.length > 0 ? { ...there, is: 'yours', why: doThis.join(' ') } : { ...there, is: 'still' };
}

const lost: ReadonlySet<Standing['is']> = new Set(['drifted', 'taken-back', 'broken-off', 'failed', 'unreadable']);

/** Whether a change that is ours is not as we made it. */
export const isLost = (is: Standing['is']): boolean => lost.has(is);

const isAtOnce = ({ planned }: ChangeStory): boolean => planned.change.takesEffect === 'at-once';

/** Whether one change would set a knob of the other to something else. */
function isContrary(one: Change, other: Change): boolean {
  const made = new Map(knobSettings(other).map(({ knob, to }) => [knob, to]));
  return one.lasts === other.lasts && knobSettings(one).some(({ knob, to }) => made.has(knob) && made.get(knob) !== to);
}

const numbers = (changes: readonly { readonly story: ChangeStory }[]): string =>
  `${changes.length === 1 ? 'change' : 'changes'} ${changes.map(({ story }) => story.planned.number).join(', ')}`;

function whatFor(waiting: readonly Standing[]): string {
  const words = {
    'host-reboot': 'the reboot of the host',
    'guest-power-cycle': 'the power cycle of a guest',
    'daemon-restart': 'the restart of a daemon',
    'at-once': 'another change',
  };
  const epochs = new Set(waiting.map(({ story }) => words[story.planned.change.takesEffect]));
  return `${[...epochs].join(' and ')} (${numbers(waiting)})`;
}
