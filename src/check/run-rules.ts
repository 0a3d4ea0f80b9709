import { judgeConditions } from '#check/conditions';
import type { Rule, Setting } from '#check/define-rule';
import { decideForHost, type GuestIntent } from '#check/host-decision';
import { hostIntent } from '#check/host-intent';
import type { Outcome, Subject } from '#check/outcome';
import { type SubjectView, subjectsOf } from '#check/subjects';
import type { Verdict } from '#check/verdict';
import { weighIntents } from '#check/weigh-intents';
import type { Guest } from '#model/guest';
import type { Evidence } from '#model/known';
import type { Machine } from '#model/machine';
import type { Intent } from '#wishes/intent';
import { hostIntentsOf, intentsOf, type Wishes } from '#wishes/wishes';

/**
 * Judges each rule on each of its subjects in a machine. Order of the outcomes: by rule as given, then by subject. One crash spoils
 * one outcome, never the run.
 */
export function runRules(machine: Machine, rules: readonly Rule[], wishes: Wishes, now: Date): readonly Outcome[] {
  const subjects = subjectsOf(machine);
  const settings = new Settings(machine, wishes, now);
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    if (rule.judgedBy === 'gate') continue;
    for (const view of subjects(rule.subject)) outcomes.push(judgeAll(rule, view, machine, settings));
  }
  return outcomes;
}

/** Settings of the checks of one run; what is the same for many of them is made once. */
class Settings {
  readonly #machine: Machine;
  readonly #wishes: Wishes;
  readonly #now: Date;
  readonly #guestIntents = new Map<Guest, readonly Intent[]>();
  readonly #params = new Map<Rule, Readonly<Record<string, number>>>();
  #hostIntents: readonly Intent[] | undefined;
  #decisive: readonly GuestIntent[] | undefined;

  constructor(machine: Machine, wishes: Wishes, now: Date) {
    this.#machine = machine;
    this.#wishes = wishes;
    this.#now = now;
  }

  for(rule: Rule, guest: Guest | undefined): Setting {
    return {
      intents: guest === undefined ? this.#intentsOfHost() : this.#intentsOf(guest),
      intentsOf: this.#intentsOf,
      policy: this.#wishes.policy,
      params: this.#paramsOf(rule),
      now: this.#now,
    };
  }

  readonly #intentsOf = (guest: Guest): readonly Intent[] => {
    const there = this.#guestIntents.get(guest);
    if (there !== undefined) return there;
    const found = intentsOf(this.#wishes, guest);
    this.#guestIntents.set(guest, found);
    return found;
  };

  /** Each guest with the first of its intents in precedence. */
  get intentsOfGuests(): readonly GuestIntent[] {
    this.#decisive ??= (this.#machine.guests.state === 'known' ? this.#machine.guests.value : []).map(guest => ({
      guest: guest.name,
      intent: hostIntent(this.#intentsOf(guest)),
    }));
    return this.#decisive;
  }

  /** What guests are for if only those of one intent mattered: the others are general. */
  asIfOnly(intent: Intent): Setting['intentsOf'] {
    return guest => [hostIntent(this.#intentsOf(guest)) === intent ? intent : 'general'];
  }

  #intentsOfHost(): readonly Intent[] {
    this.#hostIntents ??= hostIntentsOf(
      this.#wishes,
      this.#machine.guests.state === 'known' ? this.#machine.guests.value : [],
    );
    return this.#hostIntents;
  }

  /** A rule's own numbers, then those of the guide's letter where it is asked for, then what the user says. */
  #paramsOf(rule: Rule): Readonly<Record<string, number>> {
    const there = this.#params.get(rule);
    if (there !== undefined) return there;
    const params: Record<string, number> = {};
    for (const [name, parameter] of Object.entries(rule.params)) params[name] = parameter.default;
    if (this.#wishes.policy === 'guide')
      for (const departure of rule.departs ?? []) Object.assign(params, departure.guideParams);
    Object.assign(params, this.#wishes.params.get(rule.id));
    this.#params.set(rule, params);
    return params;
  }
}

/** Judges, and for a host whose guests are for different things also by the intent of each, to tell whom the setting does not suit. */
function judgeAll(rule: Rule, at: SubjectView, machine: Machine, settings: Settings): Outcome {
  const setting = settings.for(rule, at.guest);
  const outcome = judge(rule, at, machine, setting);
  if (rule.subject !== 'host' || Object.keys(rule.intents).length === 0) return outcome;
  const guests = settings.intentsOfGuests;
  if (new Set(guests.map(({ intent }) => intent)).size < 2) return outcome;
  const decided = decideForHost(outcome, guests, intent =>
    judge(rule, at, machine, { ...setting, intents: [intent], intentsOf: settings.asIfOnly(intent) }),
  );
  return decided === undefined ? outcome : { ...outcome, decided };
}

function judge(rule: Rule, { view, subject, guest }: SubjectView, machine: Machine, setting: Setting): Outcome {
  const base = { rule, subject, intents: setting.intents };
  try {
    if (rule.when !== undefined) {
      const met = judgeConditions(rule.when, machine, guest);
      if (met.result === 'excluded') return { ...base, outcome: 'not-applicable', reason: met.reason };
      if (met.result === 'unknown') return { ...base, outcome: 'unknown', reason: met.reason, remedy: met.remedy };
    }
    const weighed = weighIntents(rule, rule.subject, setting.intents);
    if (!weighed.isAsked) return { ...base, outcome: 'not-applicable', reason: weighed.reason };
    const scope = rule.scope?.holds(forRule(view), setting);
    if (scope?.state === 'unknown') return { ...base, outcome: 'unknown', reason: scope.reason, remedy: scope.remedy };
    if (scope !== undefined && !(scope.state === 'known' && scope.value)) {
      return { ...base, outcome: 'not-applicable', reason: `applies to ${rule.scope?.says}` };
    }
    const outcome = check(rule, view, setting, base);
    if (outcome.outcome !== 'bad' || weighed.over === undefined) return outcome;
    return { ...outcome, tradeOffs: [weighed.over] };
  } catch (error) {
    return { ...base, outcome: 'crashed', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The engine joins rules and views whose types agree by construction: a rule's views are those of its own subject. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where the types of all rules meet
const forRule = (value: unknown): never => value as never;

function check(
  rule: Rule,
  view: unknown,
  setting: Setting,
  base: { rule: Rule; subject: Subject; intents: readonly Intent[] },
): Outcome {
  const facts: Record<string, unknown> = {};
  const grounds: (readonly Evidence[])[] = [];
  let lacking: Outcome | undefined;
  for (const [name, need] of Object.entries(rule.needs)) {
    const fact = need(forRule(view));
    if (fact.state === 'unknown')
      return { ...base, outcome: 'unknown', reason: fact.reason, remedy: fact.remedy, fact: name };
    if (fact.state === 'known') facts[name] = fact.value;
    else lacking ??= { ...base, outcome: 'not-applicable', reason: `there is no ${wordsOf(name)}` };
    grounds.push(fact.evidence);
  }
  if (lacking !== undefined) return lacking;
  return conclude(rule.check(forRule(facts), setting), rule, grounds, base);
}

/** `memoryBacking` → `memory backing`. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

function conclude(
  verdict: Verdict,
  rule: Rule,
  grounds: readonly (readonly Evidence[])[],
  base: { rule: Rule; subject: Subject; intents: readonly Intent[] },
): Outcome {
  switch (verdict.verdict) {
    case 'good':
      // of the many that are good only a whole report asks for it
      return {
        ...base,
        outcome: 'good',
        get evidence() {
          return [...new Set(grounds.flat())];
        },
      };
    case 'not-applicable':
      return { ...base, outcome: 'not-applicable', reason: verdict.reason };
    case 'undecided':
      return { ...base, outcome: 'unknown', reason: verdict.reason, remedy: verdict.remedy };
    case 'bad': {
      return {
        ...base,
        outcome: 'bad',
        severity: verdict.severity ?? rule.severity,
        finding: verdict,
        evidence: [...new Set([...(verdict.evidence ?? []), ...grounds.flat()])],
      };
    }
  }
}
