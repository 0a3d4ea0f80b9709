import { guestsOf, lifeOf } from '#apply/life-of';
import type { ChangeStory } from '#apply/run-story';
import type { Target } from '#apply/target';
import type { Observed } from '#change/observed';

/**
 * Whether the guests of a change are in the run in which it was made: neither they nor the host were started anew since, and they are not
 * off. What lasts as long as a guest runs is over otherwise. Rejects as libvirt does.
 */
export async function isSameLife(
  target: Target,
  { planned, boot, life }: Pick<ChangeStory, 'planned' | 'boot' | 'life'>,
  seen: Observed,
): Promise<boolean> {
  const { change } = planned;
  const { bootId } = target.identity;
  if (boot !== null && bootId !== undefined && boot !== bootId) return false;
  if (change.lasts === 'guest-run' && guestsOf(change, seen).some(guest => seen.guest(guest, 'running') === undefined))
    return false;
  const now = await lifeOf(target, change, seen);
  // what was broken off put down no life, nor did an earlier nearmetal of what lasts for one
  if (now === undefined || life === undefined) return now === life || change.lasts === 'guest-run';
  return now === life && !now.split(' ').includes('off');
}
