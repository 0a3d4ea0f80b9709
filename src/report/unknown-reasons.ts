import type { Outcome } from '#check/outcome';
import { outcomesOf } from '#check/outcomes-of';

/** Why some rules could not be judged. */
export interface UnknownReason {
  readonly reason: string;
  /** The command or right that would supply what is missing. */
  readonly remedy: string | undefined;
  /** Ids of the rules, each once. */
  readonly rules: readonly string[];
  /** How many outcomes it keeps unknown. */
  readonly outcomes: number;
}

/** Gives the reasons of all that is unknown, the one that keeps most from being judged first. */
export function unknownReasons(outcomes: readonly Outcome[]): readonly UnknownReason[] {
  const reasons = new Map<string, { remedy: string | undefined; rules: Set<string>; outcomes: number }>();
  for (const outcome of outcomesOf(outcomes, 'unknown')) {
    const there = reasons.get(outcome.reason);
    if (there === undefined)
      reasons.set(outcome.reason, { remedy: outcome.remedy, rules: new Set([outcome.rule.id]), outcomes: 1 });
    else {
      there.remedy ??= outcome.remedy;
      there.rules.add(outcome.rule.id);
      there.outcomes++;
    }
  }
  return [...reasons]
    .map(([reason, { remedy, rules, outcomes: count }]) => ({ reason, remedy, rules: [...rules], outcomes: count }))
    .sort((a, b) => b.outcomes - a.outcomes);
}
