import type { Rule, Stance } from '#check/define-rule';
import { precedence } from '#check/host-intent';
import type { TradeOff } from '#check/trade-off';
import type { SubjectKind } from '#check/views';
import type { Intent } from '#wishes/intent';

/** What the intents of a subject say of a practice. */
export type Weighed =
  | { readonly isAsked: false; readonly reason: string }
  /** `over`: what another of its intents would have had instead. */
  | { readonly isAsked: true; readonly over?: TradeOff };

const asked: Weighed = { isAsked: true };

/**
 * Weighs the intents of a guest against each other, or those of a host. A practice against which all speak is not asked. Where a guest's
 * disagree, the first in precedence that has a stance decides, and what the others give up is told; an error stays one as soon as one
 * intent lets it. What a host is judged by is the rule's own affair: it knows which guests are concerned.
 */
export function weighIntents(rule: Rule, kind: SubjectKind, intents: readonly Intent[]): Weighed {
  const stanceOf = (intent: Intent): Stance['level'] => rule.intents[intent]?.level ?? 'neutral';
  const against = intents.filter(intent => isAgainst(stanceOf(intent)));
  if (against.length === 0) return asked;
  if (against.length === intents.length) return { isAsked: false, reason: `not for intent ${intents.join(', ')}` };
  if (kind !== 'guest' && kind !== 'disk' && kind !== 'nic') return asked;
  const decisive = precedence.find(intent => intents.includes(intent) && stanceOf(intent) !== 'neutral');
  if (decisive === undefined) return asked;
  const others = intents.filter(intent => intent !== decisive);
  const isError = rule.severity === 'error';
  if (isAgainst(stanceOf(decisive)) && !isError)
    return { isAsked: false, reason: `not for intent ${decisive}, which goes before ${others.join(', ')}` };
  const isStricter = isAgainst(stanceOf(decisive));
  const intent = isStricter ? intents.find(one => !against.includes(one)) : decisive;
  return {
    isAsked: true,
    over: {
      instead: `going without, as intent ${against.join(', ')} would`,
      rules: [],
      gained: rule.because,
      lost: rule.costs.join(' '),
      ...(intent === undefined ? {} : { intent }),
      decidedBy: isStricter
        ? 'the stricter of its intents: it is an error'
        : `intent ${decisive}, before ${against.join(', ')}`,
    },
  };
}

const isAgainst = (level: Stance['level']): boolean => level === 'avoid' || level === 'must-not';
