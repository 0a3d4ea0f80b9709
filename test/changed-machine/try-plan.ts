import type { Outcome } from '#check/outcome';
import { severities } from '#check/verdict';
import { subjectWords } from '#plan/ask';
import type { Plan } from '#plan/plan';
import { ChangedMachine, type Judgement, type Start } from './changed-machine.js';
import { followUps } from './follow-ups.js';

/** What went wrong with a plan: of which rule, on which machine. */
export interface Fault {
  readonly what: 'not made' | 'still bad' | 'made bad' | 'planned again' | 'lost at reboot' | 'not taken back';
  /** The rule that is bad. */
  readonly rule: string;
  readonly text: string;
}

/** What came of a plan. */
export interface Trial {
  /** Rules that something was planned for. */
  readonly followed: readonly string[];
  readonly changes: number;
  readonly faults: readonly Fault[];
  /** Findings that are new, and why that is no fault. */
  readonly named: readonly string[];
  /** Definitions that came back with the same meaning and in another spelling. */
  readonly respelled: number;
  /** Changes that cannot be tried, for what they need was not captured. */
  readonly untried: number;
}

type Tell = (what: Fault['what'], rule: string, text: string) => void;

/**
 * Plans what the findings of one rule (undefined: of all) on a machine ask for, makes it, lets it come into force, judges the machine again,
 * boots it, and, on the machine as it was before that, takes it back.
 */
export function tryPlan(start: Start, rule: string | undefined, captured = new ChangedMachine(start).judge()): Trial {
  const faults: Fault[] = [];
  const named: string[] = [];
  const tell: Tell = (what, of, text) => {
    faults.push({ what, rule: of, text });
  };
  const machine = new ChangedMachine(start);
  // a finding that another one sees to is followed where that one is waived
  const isOf = ({ rule: { id }, outcome }: Outcome): boolean => id === rule && outcome === 'bad';
  const isAlone = !captured.outcomes.some(isOf) && captured.raw.some(isOf);
  const seen = (one: Judgement): Judgement => (isAlone ? { ...one, outcomes: one.raw } : one);
  const before = seen(captured);
  const ofRule = ({ outcomes }: Judgement): readonly Outcome[] =>
    outcomes.filter(outcome => rule === undefined || outcome.rule.id === rule);
  const plan = machine.plan(before, ofRule(before));
  // what was not captured can be planned for, and is looked at on the machine itself
  const changes = plan.changes.filter(({ unseen }) => unseen === undefined);
  const followed = [...new Set(changes.flatMap(({ because }) => because.map(one => one.rule)))];
  const told = { followed, changes: changes.length, untried: plan.changes.length - changes.length };
  if (changes.length === 0) return { ...told, faults, named, respelled: 0 };

  for (const fault of machine.apply({ changes }).faults) tell('not made', rule ?? '', fault);
  const after = seen(machine.judge());
  compare({ before, after, plan, tell, named });
  const left = new Set(plan.byHand.map(one => one.rule));
  // what gave way to what was followed may be asked for once that is done
  const gaveWay = new Set(
    before.raw.flatMap(one => (one.outcome === 'bad' && !before.outcomes.some(isBadOf(one)) ? [one.rule.id] : [])),
  );
  for (const { change, because, unseen } of machine.plan(after, ofRule(after)).changes)
    if (
      unseen === undefined &&
      !because.some(one => left.has(one.rule) || gaveWay.has(one.rule) || isNamed(followed, one.rule) !== undefined)
    )
      tell('planned again', because[0]?.rule ?? '', `${change.kind} ${change.on}: ${JSON.stringify(change.after)}`);
  machine.reboot();
  compareAtReboot(after, seen(machine.judge()), { followed, left, tell });

  const back = new ChangedMachine(start);
  const { made } = back.applyWithoutEffects({ changes });
  const kept = back.undo(made);
  // a kernel that cannot give merged pages back says so, and how a person gets there
  const isKept = (text: string): boolean => /^undo of ksm .*: obstacle: Linux 6\.1 to 6\.5 /.test(text);
  const isScope = (text: string): boolean => kept.some(isKept) && text.startsWith('/sys/kernel/mm/ksm/');
  named.push(...kept.filter(isKept));
  for (const text of [...kept.filter(one => !isKept(one)), ...back.differences().filter(one => !isScope(one))])
    tell('not taken back', rule ?? '', text);
  return { ...told, faults, named, respelled: back.respelled() };
}

const keyOf = ({ rule, subject: { kind, guest, name, uuid, twin } }: Outcome): string =>
  [rule.id, kind, guest ?? '', name, uuid ?? '', twin ?? ''].join('\n');

const isBadOf =
  (one: Outcome) =>
  (other: Outcome): boolean =>
    other.outcome === 'bad' && keyOf(other) === keyOf(one);

const isWorse = (was: Outcome | undefined, is: Outcome): boolean =>
  is.outcome === 'bad' &&
  (was?.outcome !== 'bad' || severities.indexOf(is.severity) < severities.indexOf(was.severity));

const isNamed = (followed: readonly string[], rule: string): string | undefined =>
  followUps.find(one => one.rule === rule && followed.includes(one.following))?.why;

function sawOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  if (outcome.outcome === 'bad') return `${outcome.severity}: ${outcome.finding.saw}`;
  return 'reason' in outcome ? `${outcome.outcome} (${outcome.reason})` : outcome.outcome;
}

const nameOf = (outcome: Outcome): string =>
  outcome.outcome === 'bad' ? subjectWords(outcome) : `${outcome.subject.kind} ${outcome.subject.name}`;

interface Comparison {
  readonly before: Judgement;
  readonly after: Judgement;
  readonly plan: Plan;
  readonly tell: Tell;
  readonly named: string[];
}

/** What was planned for is bad no more, unless something of it is left to a person; and nothing else is bad that was not. */
function compare({ before, after, plan, tell, named }: Comparison): void {
  const was = new Map(before.outcomes.map(outcome => [keyOf(outcome), outcome]));
  const raw = new Map(before.raw.map(outcome => [keyOf(outcome), outcome]));
  const made = plan.changes.flatMap(({ because }) => because);
  const untried = plan.changes.filter(({ unseen }) => unseen !== undefined).flatMap(({ because }) => because);
  const planned = new Set(made.map(one => `${one.rule} ${one.subject}`));
  for (const one of [...plan.byHand, ...untried]) planned.delete(`${one.rule} ${one.subject}`);
  const followed = [...new Set(made.map(one => one.rule))];
  for (const outcome of after.outcomes) {
    const { id } = outcome.rule;
    const key = keyOf(outcome);
    if (outcome.outcome === 'crashed') tell('made bad', id, `crashed: ${outcome.error.message}`);
    if (outcome.outcome !== 'bad') continue;
    const text = `${nameOf(outcome)}: ${sawOf(was.get(key))} → ${sawOf(outcome)}`;
    const why = isNamed(followed, id);
    if (planned.has(`${id} ${nameOf(outcome)}`)) tell('still bad', id, text);
    else if (!isWorse(was.get(key), outcome)) continue;
    // it was so before, and gave way to what was followed, or was seen to by it
    else if (!isWorse(raw.get(key), outcome)) named.push(`${id} ${text}`);
    else if (why !== undefined && outcome.severity !== 'error' && outcome.severity !== 'warning')
      named.push(`${id} ${text}: ${why}`);
    else tell('made bad', id, text);
  }
}

interface Booted {
  readonly followed: readonly string[];
  /** Rules of which something is left to a person: what decides at boot may be a file of somebody else's. */
  readonly left: ReadonlySet<string>;
  readonly tell: Tell;
}

function compareAtReboot(before: Judgement, after: Judgement, { followed, left, tell }: Booted): void {
  const was = new Map(before.outcomes.map(outcome => [keyOf(outcome), outcome]));
  for (const outcome of after.outcomes)
    if (followed.includes(outcome.rule.id) && !left.has(outcome.rule.id) && isWorse(was.get(keyOf(outcome)), outcome))
      tell('lost at reboot', outcome.rule.id, `${nameOf(outcome)}: ${sawOf(outcome)}`);
}
