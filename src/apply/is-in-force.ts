import { guestsOf, lifeOf } from '#apply/life-of';
import { observe } from '#apply/observe';
import type { ChangeStory } from '#apply/run-story';
import type { Target } from '#apply/target';

/**
 * Whether what a change did is in force: at once, or since its guest, its daemon or the host was started anew after it was made. A guest
 * that was off had nothing to wait for. In a tree of files nothing runs, so that nothing waits. Rejects as libvirt does.
 */
export async function isInForce(target: Target, { planned, state, boot, life }: ChangeStory): Promise<boolean> {
  if (state === 'not-live' || state === 'skipped') return true;
  if (state !== 'held') return false;
  const { change } = planned;
  if (change.takesEffect === 'at-once' || planned.epoch === 'at-once' || !target.isLive) return true;
  const { bootId } = target.identity;
  if (bootId !== undefined && boot !== null && boot !== bootId) return true;
  if (change.takesEffect === 'host-reboot') return false;
  const now = await lifeOf(target, change, await observe(target, [change]));
  if (now === undefined || life === undefined) return false;
  const before = life.split(' ');
  return now.split(' ').every((one, at) => one !== before[at] || one === 'off');
}

/** Gives the guest for which a change waits that must be off, where it runs. */
export async function runningGuest(target: Target, story: Pick<ChangeStory, 'planned'>): Promise<string | undefined> {
  const { change } = story.planned;
  if (change.requires !== 'guest-off' || target.libvirt === undefined) return undefined;
  const life = { ...change, takesEffect: 'guest-power-cycle' } as const;
  const seen = await observe(target, [change]);
  const lives = (await lifeOf(target, life, seen))?.split(' ') ?? [];
  return guestsOf(change, seen).find((_, at) => lives[at] !== 'off');
}
