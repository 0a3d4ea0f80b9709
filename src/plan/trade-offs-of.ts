import type { Found } from '#check/conflict';
import { listNames } from '#check/list-names';
import type { HostDecision } from '#check/trade-off';
import type { PlannedTradeOff } from '#plan/plan';

/** Gives what findings were preferred to, and what guests that do not decide a setting of their host would have instead; each once. */
export function tradeOffsOf(because: readonly Found[]): readonly PlannedTradeOff[] {
  const told = because.flatMap(({ tradeOffs = [], decided }): readonly PlannedTradeOff[] => [
    ...tradeOffs.map(({ instead, gained, lost, intent }) => ({
      instead,
      gained,
      lost,
      ...(intent === undefined ? {} : { intent }),
    })),
    ...(decided === undefined ? [] : whatLosersWant(decided)),
  ]);
  return [...new Map(told.map(one => [JSON.stringify(one), one])).values()];
}

/** One for each value that some guests would have. */
function whatLosersWant({ intent, losers }: HostDecision): readonly PlannedTradeOff[] {
  const wants = new Set(losers.map(loser => loser.wants ?? 'something else'));
  return [...wants].sort().map(want => {
    const own = losers.filter(loser => (loser.wants ?? 'something else') === want);
    const guests = own.map(({ guest }) => guest).sort();
    const intents = [...new Set(own.map(loser => loser.intent))].sort();
    return {
      instead: want,
      gained: `what intent ${intent} asks for`,
      lost: `what suits ${listNames(intents, 7)} better: ${listNames(guests, 5)}`,
      intent,
    };
  });
}
