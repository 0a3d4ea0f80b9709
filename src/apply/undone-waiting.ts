import { isInForce } from '#apply/is-in-force';
import type { Runs } from '#apply/read-runs';
import type { Standing } from '#apply/standings';
import type { Target } from '#apply/target';

/** What was taken back and stays in force until a restart, unless a later run was at it again. Rejects as libvirt does. */
export async function undoneWaiting(target: Target, { stories }: Runs): Promise<readonly Standing[]> {
  const found: Standing[] = [];
  const later = new Set<string>();
  for (const { run, begin, changes } of stories.toReversed()) {
    for (const story of changes) {
      if (story.state !== 'held') continue;
      const { kind, on } = story.planned.change;
      const isAgain = later.has(`${kind} ${on}`);
      later.add(`${kind} ${on}`);
      if (!isAgain && begin.doing === 'undo' && !(await isInForce(target, story)))
        found.unshift({ run, story, is: 'waits', knobs: [] });
    }
  }
  return found;
}
