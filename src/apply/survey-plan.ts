import { guestsOf } from '#apply/life-of';
import { type Observation, observe } from '#apply/observe';
import { stateWords } from '#apply/state-words';
import type { Target } from '#apply/target';
import { Unreadable } from '#apply/unreadable';
import type { Change } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { Observed } from '#change/observed';
import type { Step } from '#change/step';
import { maskOutput } from '#formats/secrets/mask-output';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { PlannedChange } from '#plan/plan';

/**
 * How a change stands to the machine as it is now. `to-do`: it is as the plan says, and `steps` would be done now. `already`: what is wanted
 * is there. `stale`: it is neither, so it is refused. `not-live`: a tree of files has nothing of it. `obstacle`, `unreadable`, `blocked`:
 * it cannot be made, and why.
 */
export type Surveyed = { readonly planned: PlannedChange } & (
  | { readonly stands: 'to-do'; readonly seen: Observation; readonly steps: readonly Step[] }
  | { readonly stands: 'already' | 'not-live' }
  | { readonly stands: 'stale'; readonly found: string }
  | { readonly stands: 'obstacle' | 'unreadable' | 'blocked'; readonly why: string; readonly doThis?: string }
);

/** Looks at the machine and says of each change how it stands. Changes nothing. `blockers`: what keeps a guest from being changed. */
export async function surveyPlan(
  target: Target,
  changes: readonly PlannedChange[],
  blockers: (target: Target, guest: string) => Promise<readonly Blocker[]>,
): Promise<readonly Surveyed[]> {
  const found: Surveyed[] = [];
  const blocked = new Map<string, readonly Blocker[]>();
  for (const planned of changes) {
    const one = await surveyChange(target, planned);
    if (one.stands !== 'to-do') {
      found.push(one);
      continue;
    }
    const why: Blocker[] = [];
    for (const guest of guestsOf(planned.change, one.seen)) {
      const known = blocked.get(guest) ?? (await blockers(target, guest));
      blocked.set(guest, known);
      why.push(...known);
    }
    const [first] = why;
    found.push(first === undefined ? one : { planned, stands: 'blocked', ...first });
  }
  return found;
}

/** Why a guest is left alone, and what to do. */
export interface Blocker {
  readonly why: string;
  readonly doThis?: string;
}

async function surveyChange(target: Target, planned: PlannedChange): Promise<Surveyed> {
  const { change } = planned;
  const kind = kindOf(change);
  try {
    const seen = await observe(target, [change]);
    if (!target.isLive && isLiveOnly(target, change, seen)) return { planned, stands: 'not-live' };
    const obstacle = kind.obstacle(change, seen);
    if (obstacle !== undefined) return { planned, stands: 'obstacle', why: obstacle };
    const state = kind.state(change, seen);
    if (kind.isSame(state, change.before)) return { planned, stands: 'to-do', seen, steps: kind.steps(change, seen) };
    if (kind.isSame(state, change.after)) return { planned, stands: 'already' };
    return { planned, stands: 'stale', found: stateWords(state) };
  } catch (error) {
    if (error instanceof Unreadable) return { planned, stands: 'unreadable', why: error.message, doThis: error.doThis };
    if (error instanceof LibvirtError)
      return { planned, stands: 'unreadable', why: maskOutput(error.message), doThis: error.doThis };
    throw error;
  }
}

/** Whether all that a change looks at is of a running machine: the kernel, units, guests where there is no libvirt. */
function isLiveOnly(target: Target, change: Change, seen: Observed): boolean {
  return kindOf(change)
    .looks(change, seen)
    .every(look => {
      switch (look.look) {
        case 'unit':
          return true;
        case 'guest':
          return target.libvirt === undefined;
        default:
          return /^\/(?:proc|sys)(?:\/|$)/.test(look.path);
      }
    });
}
