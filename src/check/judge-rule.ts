import { conditionsOn } from '#check/conditions';
import type { Rule, Setting } from '#check/define-rule';
import type { Outcome, Subject } from '#check/outcome';
import type { SubjectView } from '#check/subjects';
import type { Bad } from '#check/verdict';
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
          return { rule, subject, intents, outcome: 'not-applicable', reason: `applies to ${scope.says}` };
      }
      let lacking: string | undefined;
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
        else lacking ??= name;
      }
      if (lacking !== undefined)
        return { rule, subject, intents, outcome: 'not-applicable', reason: `there is no ${wordsOf(lacking)}` };
      const verdict = rule.check(factsOfRule, setting);
      switch (verdict.verdict) {
        case 'good':
          return new Good(rule, one, intents);
        case 'not-applicable':
          return { rule, subject, intents, outcome: 'not-applicable', reason: verdict.reason };
        case 'undecided':
          return { rule, subject, intents, outcome: 'unknown', reason: verdict.reason, remedy: verdict.remedy };
        case 'bad': {
          const bad = badOutcome(verdict, { rule, subject, intents, grounds });
          return weighed.over === undefined ? bad : { ...bad, tradeOffs: [weighed.over] };
        }
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
}

function badOutcome(verdict: Bad, { rule, subject, intents, grounds }: Judged): BadOutcome {
  // of a thousand guests that share a fault one is shown: a fact about each may stand on all the others
  const parts = [...grounds];
  let evidence: readonly Evidence[] | undefined;
  return {
    rule,
    subject,
    intents,
    outcome: 'bad',
    severity: verdict.severity ?? rule.severity,
    finding: verdict,
    get evidence() {
      evidence ??= [...new Set([...(verdict.evidence ?? []), ...parts.flat()])];
      return evidence;
    },
  };
}

type BadOutcome = Extract<Outcome, { readonly outcome: 'bad' }>;

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
