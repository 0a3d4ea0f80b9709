import { listNames } from '#check/list-names';
import type { Outcome } from '#check/outcome';
import type { HostDecision, TradeOff } from '#check/trade-off';

/** Gives what was given up for a finding, why, what is gained and what is lost, in one sentence. */
export function tradeOffWords({ instead, rules, gained, lost, decidedBy }: TradeOff): string {
  const of = rules.length > 0 ? ` (${rules.join(', ')})` : '';
  const bare = (text: string): string => text.replace(/\.$/, '');
  return `${instead}${of}: decided by ${decidedBy}. Gained: ${bare(gained)}. Lost: ${bare(lost) === '' ? 'nothing known' : bare(lost)}.`;
}

/** Gives which guests a setting of the whole host does not suit, and what they would have. */
export function decisionWords({ intent, losers }: HostDecision): string {
  const groups = new Map<string, HostDecision['losers'][number][]>();
  for (const loser of losers) {
    const wants = loser.wants ?? 'something else';
    groups.set(wants, [...(groups.get(wants) ?? []), loser]);
  }
  const told = [...groups].map(([wants, own]) => {
    const names = listNames(
      own.map(({ guest }) => guest),
      3,
    );
    return `${listNames([...new Set(own.map(loser => loser.intent))], 7)} (${names}) would have ${wants}`;
  });
  return `intent ${intent} decides; ${told.join('; ')}.`;
}

/** Gives settings of the whole host on which its guests disagree, where nothing is to be done: what they go by, and who loses. */
export function settledLines(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ outcome, rule, decided }) =>
    decided === undefined || outcome === 'bad' || outcome === 'waived' ? [] : [`${rule.id}: ${decisionWords(decided)}`],
  );
}
