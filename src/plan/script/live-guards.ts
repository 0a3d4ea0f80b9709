import type { Change } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import { guestParts } from '#change/domain/guest-part';
import type { Step } from '#change/step';
import { valueIfKnown } from '#model/known';
import { partsOf } from '#plan/change-parts';
import type { Guard } from '#plan/script/plan-script';
import type { Sight } from '#plan/sight';

/** Gives what a change of the running machine, or of a guest, is held against: what it changes, as it was seen and as it is to be. */
export function liveGuards(change: Change, steps: readonly Step[], sight: Sight): readonly Guard[] {
  const guest = steps.find(step => step.do === 'define-guest' || step.do === 'live-call');
  if (guest !== undefined && 'guest' in guest) {
    const half = guest.do === 'define-guest' ? 'stored' : 'running';
    const parts = guestParts(domainParts(change.before), domainParts(change.after));
    return [{ on: 'guest', guest: guest.guest, half, parts }];
  }
  const unit = unitWords(change.after);
  const wasUnit = unitWords(change.before);
  if (unit !== undefined && wasUnit !== undefined)
    return [{ on: 'unit', name: change.on, before: wasUnit, after: unit }];
  return knobGuards(steps, sight);
}

const domainParts = (state: unknown): readonly DomainPart[] =>
  partsOf(state).map(({ path, content }) => ({ path, content }));

function unitWords(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('isEnabled' in state) || !('isActive' in state))
    return undefined;
  const isMasked = 'isMasked' in state && state.isMasked === true;
  return `${isMasked ? 'masked' : state.isEnabled === true ? 'enabled' : 'disabled'} ${state.isActive === true ? 'active' : 'inactive'}`;
}

function knobGuards(steps: readonly Step[], sight: Sight): readonly Guard[] {
  const after = new Map<string, string>();
  for (const step of steps) if (step.do === 'write-knob') after.set(step.path, words(step.text));
  return [...after].map(([path, text]) => ({
    on: 'knob',
    path,
    before: words(valueIfKnown(sight.file(path)) ?? ''),
    after: text,
  }));
}

/** The chosen word of a choice (`always [madvise] never`), as the exports read a knob; else the words with one blank between them. */
const words = (text: string): string => /\[([^\]]+)\]/.exec(text)?.[1] ?? text.trim().replaceAll(/\s+/g, ' ');
