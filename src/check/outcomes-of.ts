import type { Outcome } from '#check/outcome';
import { oncePer } from '#model/once-per';

type Kind = Outcome['outcome'];
type ByKind = { readonly [K in Kind]: Extract<Outcome, { readonly outcome: K }>[] };

/** Gives the outcomes of one kind, in their order. A report asks for them many times, and most of some ten thousand are of no interest to it. */
export const outcomesOf = <K extends Kind>(outcomes: readonly Outcome[], kind: K): Readonly<ByKind[K]> =>
  byKind(outcomes)[kind];

const byKind = oncePer((outcomes: readonly Outcome[]): ByKind => {
  const lists: ByKind = { good: [], bad: [], 'not-applicable': [], unknown: [], crashed: [], waived: [] };
  outcomes.forEach(outcome => {
    switch (outcome.outcome) {
      case 'good':
        lists.good.push(outcome);
        break;
      case 'bad':
        lists.bad.push(outcome);
        break;
      case 'not-applicable':
        lists['not-applicable'].push(outcome);
        break;
      case 'unknown':
        lists.unknown.push(outcome);
        break;
      case 'crashed':
        lists.crashed.push(outcome);
        break;
      case 'waived':
        lists.waived.push(outcome);
        break;
    }
  });
  return lists;
});
