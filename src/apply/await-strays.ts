import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError } from '#apply/ledger-error';
import { observeGuest } from '#apply/observe-guest';
import type { ChangeStory } from '#apply/run-story';
import type { Target } from '#apply/target';

/** How long is waited: for a program, which may be one that makes an initrd, and for libvirt. */
export interface Patience {
  readonly programMs?: number;
  readonly guestMs?: number;
}

const pauseMs = 200;

/**
 * Waits until what a killed run had under way has come to its end, so that what is seen then stays so: programs that it started, and calls
 * that libvirt took and goes on with though nobody waits for the answer. Rejects with LedgerError `busy` where a program does not end.
 */
export async function awaitStrays(
  target: Target,
  stories: readonly Pick<ChangeStory, 'steps' | 'state'>[],
  abort: AbortSignal,
  { programMs = 600_000, guestMs = 5_000 }: Patience = {},
): Promise<void> {
  for (let waitedMs = 0; !abort.aborted; waitedMs += pauseMs) {
    const [stray] = target.strays?.() ?? [];
    if (stray === undefined) break;
    if (waitedMs >= programMs)
      throw new LedgerError(
        'busy',
        `a program that a run started which was broken off is still at work: ${stray}`,
        'wait for its end, or end it; then run the same again',
      );
    await sleep(pauseMs);
  }
  const guests = new Set(stories.flatMap(story => inFlight(story) ?? []));
  for (const guest of guests) await awaitGuest(target, guest, guestMs);
}

/** The guest that was being changed when a run was broken off. */
function inFlight({ steps, state }: Pick<ChangeStory, 'steps' | 'state'>): string | undefined {
  const last = steps.at(-1);
  const isOfGuest = last?.does === 'live-call' || last?.does.endsWith('-guest') === true;
  return state === 'broken-off' && isOfGuest && last?.isDone === false ? last.on : undefined;
}

/** libvirt does not tell which calls it is at; a definition that is the same at three looks is taken for the last. */
async function awaitGuest(target: Target, guest: string, guestMs: number): Promise<void> {
  const look = async (): Promise<string> =>
    `${await observeGuest(target, guest, 'stored')}\n${await observeGuest(target, guest, 'running')}`;
  let seen = await look();
  for (let waitedMs = 0, same = 1; same < 3 && waitedMs < guestMs; waitedMs += pauseMs) {
    await sleep(pauseMs);
    const now = await look();
    same = now === seen ? same + 1 : 1;
    seen = now;
  }
}
