import { knobSettings } from '#change/knob-settings';
import { precedence } from '#check/host-intent';
import type { Outcome } from '#check/outcome';
import type { HostDecision, Loser } from '#check/trade-off';
import type { Intent } from '#wishes/intent';

/** A guest and the intent that decides for it. */
export interface GuestIntent {
  readonly guest: string;
  readonly intent: Intent;
}

/**
 * Takes what a rule about the host came to and how it would judge the host if only the guests of one intent mattered; gives by which
 * intent it was judged and the guests whose own intent would have had another setting. Undefined where all guests agree.
 */
export function decideForHost(
  outcome: Outcome,
  guests: readonly GuestIntent[],
  judgeFor: (intent: Intent) => Outcome,
): HostDecision | undefined {
  const there = precedence.filter(intent => guests.some(guest => guest.intent === intent));
  const own = signature(outcome);
  if (own === undefined) return undefined;
  const otherwise = new Map<Intent, Loser['wants']>();
  for (const intent of there) {
    const judged = judgeFor(intent);
    const other = signature(judged);
    if (other !== undefined && other !== own) otherwise.set(intent, wantsOf(judged, intent));
  }
  const intent = there.find(one => !otherwise.has(one));
  if (otherwise.size === 0 || intent === undefined) return undefined;
  return {
    intent,
    losers: guests.flatMap(guest => {
      if (!otherwise.has(guest.intent)) return [];
      const wants = otherwise.get(guest.intent);
      return [{ ...guest, ...(wants === undefined ? {} : { wants }) }];
    }),
  };
}

/** What is asked for, so that two judgements can be compared: by values, not by words. Undefined where nothing was judged. */
function signature(outcome: Outcome): string | undefined {
  if (outcome.outcome === 'good' || outcome.outcome === 'not-applicable') return 'nothing to do';
  if (outcome.outcome !== 'bad') return undefined;
  // what is only told asks for nothing
  if (outcome.severity === 'info') return 'nothing to do';
  const { fix = [], wants, saw } = outcome.finding;
  const settings = fix.flatMap(knobSettings).map(({ knob, to }) => `${knob}=${to}`);
  return settings.length > 0 ? settings.sort().join(' ') : (wants ?? saw);
}

function wantsOf(outcome: Outcome, intent: Intent): string | undefined {
  const said = outcome.rule.intents[intent]?.want;
  if (outcome.outcome === 'bad') return said ?? outcome.finding.wants;
  return said ?? 'it as it is';
}
