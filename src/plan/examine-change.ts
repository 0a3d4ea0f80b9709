import type { Change } from '#change/change';
import { changeKinds } from '#change/kind-of';
import { lookAt, type Sight } from '#plan/sight';

/** What came of holding a change against the machine. */
export type Examined =
  /** It can be made; `before` is what was seen, where that could be looked at. */
  | { readonly is: 'open'; readonly change: Change }
  /** The machine is so already. */
  | { readonly is: 'done' }
  | { readonly is: 'obstructed'; readonly why: string };

/** Holds a change of a finding against the machine: whether it can be made at all, what it starts from, whether it is needed. */
export function examineChange(change: Change, sight: Sight): Examined {
  const kind = changeKinds.get(change.kind);
  if (kind === undefined) return { is: 'obstructed', why: `This nearmetal makes no changes of kind ${change.kind}.` };
  const fault = kind.fault(change);
  if (fault !== undefined)
    return {
      is: 'obstructed',
      why: `The rule asks for a change that is none (${change.kind} on ${change.on}): ${fault}.`,
    };
  const seen = lookAt(kind, change, sight);
  if ('state' in seen) return { is: 'open', change };
  const why = kind.obstacle(change, seen);
  if (why !== undefined) return { is: 'obstructed', why };
  const before = kind.state(change, seen);
  if (kind.isSame(before, change.after)) return { is: 'done' };
  // a text that means the same is taken as the machine has it, so that undo spells it so
  const isKnown = kind.isSame(before, change.before) && typeof before !== 'string';
  return { is: 'open', change: isKnown ? change : { ...change, before } };
}
