import { conditionsOn } from '#check/conditions';
import type { Rule, Setting } from '#check/define-rule';
import type { Outcome, Subject } from '#check/outcome';
import type { SubjectView } from '#check/subjects';
import type { TradeOff } from '#check/trade-off';
import type { Bad, Severity } from '#check/verdict';
import { type Weighed, weighIntents } from '#check/weigh-intents';
import type { Evidence } from '#model/known';
import type { Machine } from '#model/machine';
import type { Intent } from '#wishes/intent';

/**
 * Takes a rule and a machine; gives a function that judges the rule on one subject in one setting. It is called for thousands of
 * subjects, so what is the same for all of them is done once, and it is one function. A crash spoils one outcome only.
 */
export function judgeRule(rule: Rule, machine: Machine): (one: SubjectView, setting: Setting) => Outcome {
  const { when, scope } = rule;
  const names = Object.keys(rule.needs);
  const needs = Object.values(rule.needs);
  // one for all subjects: a check takes the facts out of it, and is not called before all of them are new
  const facts: Record<string, unknown> = Object.fromEntries(names.map(name => [name, undefined]));
  const factsOfRule = forRule(facts);
  const outOfScope = scope && `applies to ${scope.says}`;
  // by the number of the fact
  const reasons: string[] = [];
  const grounds: (readonly Evidence[])[] = names.map(() => []);
  let conditions: ReturnType<typeof conditionsOn> | undefined;
  let weighedFor: readonly Intent[] | undefined;
  let weighed: Weighed | undefined;
  return (one, setting) => {
    const { subject } = one;
    const { intents } = setting;
    try {
      if (when !== undefined) {
        conditions ??= conditionsOn(when, machine);
        const met = typeof conditions === 'function' ? conditions(one.guest) : conditions;
        if (met.result === 'excluded') return { rule, subject, intents, outcome: 'not-applicable', reason: met.reason };
        if (met.result === 'unknown') {
          const { reason, remedy } = met;
          return { rule, subject, intents, outcome: 'unknown', reason, remedy };
        }
      }
      if (weighed === undefined || weighedFor !== intents) {
        weighed = weighIntents(rule, rule.subject, intents);
        weighedFor = intents;
      }
      if (!weighed.isAsked) return { rule, subject, intents, outcome: 'not-applicable', reason: weighed.reason };
      const view = forRule(one.view);
      if (scope !== undefined) {
        const inScope = scope.holds(view, setting);
        if (inScope.state === 'unknown') {
          const { reason, remedy } = inScope;
          return { rule, subject, intents, outcome: 'unknown', reason, remedy };
        }
        if (!(inScope.state === 'known' && inScope.value))
          return { rule, subject, intents, outcome: 'not-applicable', reason: outOfScope ?? '' };
      }
      let lacking: number | undefined;
      for (let at = 0; at < needs.length; at++) {
        const fact = needs[at]?.(view);
        if (fact === undefined) continue;
        const name = names[at] ?? '';
        if (fact.state === 'unknown') {
          const { reason, remedy } = fact;
          return { rule, subject, intents, outcome: 'unknown', reason, remedy, fact: name };
        }
        grounds[at] = fact.evidence;
        if (fact.state === 'known') facts[name] = fact.value;
        else lacking ??= at;
      }
      if (lacking !== undefined) {
        const reason = reasons[lacking] ?? `there is no ${wordsOf(names[lacking] ?? '')}`;
        reasons[lacking] = reason;
        return { rule, subject, intents, outcome: 'not-applicable', reason };
      }
      const verdict = rule.check(factsOfRule, setting);
      switch (verdict.verdict) {
        case 'good':
          return new Good(rule, one, intents);
        case 'not-applicable':
          return { rule, subject, intents, outcome: 'not-applicable', reason: verdict.reason };
        case 'undecided':
          return { rule, subject, intents, outcome: 'unknown', reason: verdict.reason, remedy: verdict.remedy };
        case 'bad':
          return new Found(verdict, { rule, subject, intents, grounds: [...grounds], over: weighed.over });
      }
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error));
      return { rule, subject, intents, outcome: 'crashed', error: thrown };
    }
  };
}

/** The engine joins rules and views whose types agree by construction: a rule's views are those of its own subject. */
function forRule(value: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where the types of all rules meet
  return value as never;
}

/** `memoryBacking` → `memory backing`. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

interface Judged {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly intents: readonly Intent[];
  readonly grounds: readonly (readonly Evidence[])[];
  /** What another intent would have had instead. */
  readonly over: TradeOff | undefined;
}

/**
 * A practice that is not followed. The evidence is put together when it is read: of a thousand guests that share a fault one is shown, and
 * a fact about each may stand on all the others. It is a property of its own all the same, so that a copy has it.
 */
class Found {
  readonly outcome = 'bad';
  readonly rule: Rule;
  readonly subject: Subject;
  readonly intents: readonly Intent[];
  readonly severity: Severity;
  readonly finding: Bad;
  declare readonly tradeOffs?: readonly TradeOff[];
  declare readonly evidence: readonly Evidence[];
  readonly #grounds: readonly (readonly Evidence[])[];
  #evidence: readonly Evidence[] | undefined;

  constructor(verdict: Bad, { rule, subject, intents, grounds, over }: Judged) {
    this.rule = rule;
    this.subject = subject;
    this.intents = intents;
    this.severity = verdict.severity ?? rule.severity;
    this.finding = verdict;
    this.#grounds = grounds;
    if (over !== undefined) this.tradeOffs = [over];
    Object.defineProperty(this, 'evidence', Found.#ownEvidence);
  }

  // one for all of them: a getter for each would make each an object of a shape of its own
  static readonly #ownEvidence = {
    enumerable: true,
    get(this: Found): readonly Evidence[] {
      this.#evidence ??= [...new Set([...(this.finding.evidence ?? []), ...this.#grounds.flat()])];
      return this.#evidence;
    },
  };
}

/** What the facts stand on that a rule needs about a subject. */
const groundsOf = (rule: Rule, { view }: SubjectView): readonly Evidence[] =>
  Object.values(rule.needs).flatMap(need => {
    const fact = need(forRule(view));
    return fact.state === 'unknown' ? [] : fact.evidence;
  });

/** A practice that is followed. Most outcomes are, and only a whole report asks for their evidence, so it is fetched then. */
class Good {
  readonly outcome = 'good';
  readonly rule: Rule;
  readonly subject: Subject;
  readonly intents: readonly Intent[];
  readonly #one: SubjectView;

  constructor(rule: Rule, one: SubjectView, intents: readonly Intent[]) {
    this.rule = rule;
    this.subject = one.subject;
    this.intents = intents;
    this.#one = one;
  }

  get evidence(): readonly Evidence[] {
    return [...new Set(groundsOf(this.rule, this.#one))];
  }
}
