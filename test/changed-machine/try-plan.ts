import type { Outcome } from '#check/outcome';
import { severities } from '#check/verdict';
import type { Plan } from '#plan/plan';
import { ChangedMachine, type Judgement, type Start } from './changed-machine.js';

/** What went wrong with a plan: of which rule, on which machine. */
export interface Fault {
  readonly what:
    | 'not made'
    | 'still bad'
    | 'made bad'
    | 'came to light'
    | 'planned again'
    | 'not taken back'
    | 'lost at reboot';
  readonly machine: string;
  /** Rules that the plan follows; empty: all. */
  readonly following: string;
  /** The rule that is bad. */
  readonly rule: string;
  readonly text: string;
}

/** What came of a plan. */
export interface Trial {
  readonly plan: Plan;
  /** Rules that something was planned for. */
  readonly planned: readonly string[];
  readonly faults: readonly Fault[];
}

const keyOf = ({ rule, subject: { kind, guest, name, uuid, twin } }: Outcome): string =>
  [rule.id, kind, guest ?? '', name, uuid ?? '', twin ?? ''].join(' ');

const worse = (was: Outcome | undefined, is: Outcome): boolean =>
  is.outcome === 'bad' &&
  (was?.outcome !== 'bad' || severities.indexOf(is.severity) < severities.indexOf(was.severity));

/** Plans for a machine what its findings of one rule (undefined: of all) ask for, makes it, judges it again, and takes it back. */
export function tryPlan(start: Start, rule: string | undefined, before = new ChangedMachine(start).judge()): Trial {
  const machine = new ChangedMachine(start);
  const chosen = before.outcomes.filter(outcome => rule === undefined || outcome.rule.id === rule);
  const plan = machine.plan(before, chosen);
  const faults: Fault[] = [];
  const tell = (what: Fault['what'], of: string, text: string): void => {
    faults.push({ what, machine: start.name, following: rule ?? '', rule: of, text });
  };
  const planned = [...new Set(plan.changes.flatMap(({ because }) => because.map(one => one.rule)))];
  if (plan.changes.length === 0) return { plan, planned, faults };

  const { made, faults: unmade } = machine.apply(plan);
  for (const fault of unmade) tell('not made', rule ?? '', fault);
  const after = machine.judge();
  const byHand = new Set(plan.byHand.map(one => `${one.rule} ${one.subject}`));
  compare(before, after, plan, tell, byHand);

  const second = machine.plan(
    after,
    after.outcomes.filter(outcome => rule === undefined || outcome.rule.id === rule),
  );
  for (const { change, because } of second.changes)
    tell(
      'planned again',
      because[0]?.rule ?? '',
      `${change.kind} ${change.on}: ${JSON.stringify(change.before)} → ${JSON.stringify(change.after)}`,
    );

  machine.reboot();
  compareAtReboot(after, machine.judge(), plan, tell);
  void made;

  const back = new ChangedMachine(start);
  const whole = back.applyWithoutEffects(plan);
  for (const fault of back.undo(whole.made)) tell('not taken back', rule ?? '', fault);
  for (const difference of back.differences()) tell('not taken back', rule ?? '', difference.slice(0, 3000));
  return { plan, planned, faults };
}

type Tell = (what: Fault['what'], rule: string, text: string) => void;

const sawOf = (outcome: Outcome): string =>
  outcome.outcome === 'bad' ? `${outcome.severity}: ${outcome.finding.saw}` : outcome.outcome;

function compare(before: Judgement, after: Judgement, plan: Plan, tell: Tell, byHand: ReadonlySet<string>): void {
  const was = new Map(before.outcomes.map(outcome => [keyOf(outcome), outcome]));
  const raw = new Map(before.raw.map(outcome => [keyOf(outcome), outcome]));
  const planned = new Set(plan.changes.flatMap(({ because }) => because.map(one => `${one.rule} ${one.subject}`)));
  for (const outcome of after.outcomes) {
    const old = was.get(keyOf(outcome));
    const name = `${outcome.rule.id} ${subjectOf(outcome)}`;
    if (outcome.outcome === 'crashed') tell('made bad', outcome.rule.id, `crashed: ${outcome.error.message}`);
    if (planned.has(name) && !byHand.has(name) && outcome.outcome !== 'good' && outcome.outcome !== 'not-applicable')
      tell(
        'still bad',
        outcome.rule.id,
        `${subjectOf(outcome)}: ${sawOf(outcome)}${'reason' in outcome ? ` ${outcome.reason}` : ''}`,
      );
    else if (worse(old, outcome))
      tell(
        worse(raw.get(keyOf(outcome)), outcome) ? 'made bad' : 'came to light',
        outcome.rule.id,
        `${subjectOf(outcome)}: ${old === undefined ? 'nothing' : sawOf(old)}${old !== undefined && 'reason' in old ? ` (${old.reason})` : ''} → ${sawOf(outcome)}`,
      );
  }
}

function compareAtReboot(before: Judgement, after: Judgement, plan: Plan, tell: Tell): void {
  const was = new Map(before.outcomes.map(outcome => [keyOf(outcome), outcome]));
  const followed = new Set(plan.changes.flatMap(({ because }) => because.map(one => one.rule)));
  const left = new Set(plan.byHand.map(one => one.rule));
  for (const outcome of after.outcomes)
    if (followed.has(outcome.rule.id) && !left.has(outcome.rule.id) && worse(was.get(keyOf(outcome)), outcome))
      tell('lost at reboot', outcome.rule.id, `${subjectOf(outcome)}: ${sawOf(outcome)}`);
}

function subjectOf({ subject: { kind, name, guest } }: Outcome): string {
  if (kind === 'host') return 'host';
  const what = kind === 'nic' ? 'interface' : kind;
  return guest === undefined || kind === 'guest' ? `${what} ${name}` : `${what} ${name} of ${guest}`;
}
