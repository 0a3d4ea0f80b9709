import type { Outcome } from '#check/outcome';
import { severities } from '#check/verdict';

/** A finding. */
export type Found = Extract<Outcome, { readonly outcome: 'bad' }>;

/** Equal findings on several subjects, told once. */
export interface Folded {
  /** The first of them. */
  readonly found: Found;
  /** All of them, that one included. */
  readonly all: readonly Found[];
}

/** Folds findings of one rule that say the same; worst first, then host before guests, then as the rules stand. */
export function foldFindings(outcomes: readonly Outcome[]): readonly Folded[] {
  const groups = new Map<string, Found[]>();
  for (const outcome of outcomes) {
    if (outcome.outcome !== 'bad') continue;
    const key = [outcome.rule.id, outcome.severity, outcome.finding.saw, outcome.finding.wants].join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  const rank = ({ found }: Folded): number =>
    severities.indexOf(found.severity) * 2 + (found.subject.kind === 'host' ? 0 : 1);
  return [...groups.values()]
    .flatMap(all => (all[0] === undefined ? [] : [{ found: all[0], all }]))
    .sort((a, b) => rank(a) - rank(b));
}
