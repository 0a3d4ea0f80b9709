import { guestsOf, lifeOf } from '#apply/life-of';
import { observe } from '#apply/observe';
import type { ChangeStory } from '#apply/run-story';
import type { Target } from '#apply/target';
import type { Change } from '#change/change';
import { liveHostOf } from '#change/domain/live-host';
import { liveHalf } from '#change/kinds/domain-live';
import { isParts } from '#change/kinds/domain-xml';

/**
 * Whether what a change did is in force: at once, or since its guest, its daemon or the host was started anew after it was made. A guest
 * that was off had nothing to wait for. In a tree of files nothing runs, so that nothing waits. Rejects as libvirt does.
 */
export async function isInForce(target: Target, { planned, state, boot, life }: ChangeStory): Promise<boolean> {
  if (state === 'not-live' || state === 'skipped') return true;
  if (state !== 'held') return false;
  const { change } = planned;
  if (change.takesEffect === 'at-once' || !target.isLive) return true;
  const isForNow = planned.epoch === 'at-once';
  if (isForNow && change.kind !== 'domain-xml') return true;
  const { bootId } = target.identity;
  if (bootId !== undefined && boot !== null && boot !== bootId) return true;
  if (change.takesEffect === 'host-reboot') return false;
  const now = await lifeOf(target, change, await observe(target, [change]));
  if (now === undefined || life === undefined) return isForNow;
  const before = life.split(' ');
  const isAnew = now.split(' ').every((one, at) => one !== before[at] || one === 'off');
  // a guest that was off when the plan was made may have run when it was applied
  return isAnew || (isForNow && (await runsWith(target, change)));
}

/** Whether a guest that runs has what its definition was changed to. */
async function runsWith({ libvirt, files }: Target, { on, before, after }: Change): Promise<boolean> {
  if (libvirt === undefined || !isParts(before) || !isParts(after)) return true;
  const domain = await libvirt.domainByName(on);
  const running = (await libvirt.isActive(domain)) ? await libvirt.domainXml(domain) : undefined;
  const host = liveHostOf(path => {
    const found = files.read(path);
    return found.outcome === 'ok' ? found.value : undefined;
  });
  const { is } = liveHalf({ on, before, after }, running, host);
  return is === 'already' || is === 'off';
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
