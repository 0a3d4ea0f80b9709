import { isInForce } from '#apply/is-in-force';
import type { RunStory } from '#apply/run-story';
import type { Target } from '#apply/target';

/** Whether something of a run is not in force yet, or not even made: it waits for a restart of a guest, a daemon or the host. */
export async function waitsForRestart(target: Target, { changes }: RunStory): Promise<boolean> {
  for (const story of changes) {
    if (story.state === 'pending') return true;
    if (story.state === 'held' && !(await isInForce(target, story))) return true;
  }
  return false;
}
