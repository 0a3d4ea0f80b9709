import type { ApplyRequest } from '#apply/apply-plan';
import { blockersOf } from '#apply/blockers-of';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import type { Target } from '#apply/target';
import { type Undone, undoRun } from '#apply/undo-run';
import type { Plan } from '#plan/plan';

const never = new AbortController().signal;

/** An apply that asks nothing and tells nothing. */
export const requestFor = (target: Target, state: string, plan: Plan): ApplyRequest => ({
  target,
  ledger: openLedger(state),
  plan,
  tool: 'nearmetal 0.0.0',
  by: 'tester',
  abort: never,
  wants: async () => true,
  blockers: blockersOf,
  tell: () => undefined,
  restartable: [],
});

/** Takes back all that is in place of the first run, as `nearmetal undo 1 --yes` does; undefined where no run began. */
export async function undoFirst(
  target: Target,
  state: string,
  abort: AbortSignal = never,
): Promise<Undone | undefined> {
  const ledger = openLedger(state);
  const runs = readRuns(ledger);
  const story = runs.stories.find(({ run }) => run === '1');
  if (story === undefined) return undefined;
  return undoRun({
    target,
    ledger,
    story,
    changes: runs.inPlace(story),
    takesUp: runs.unfinished.filter(({ run, begin }) => run === '1' || begin.of === '1').map(({ run }) => run),
    attempts: runs.stories.filter(({ begin }) => begin.doing === 'undo' && begin.of === '1'),
    tool: 'nearmetal 0.0.0',
    by: 'tester',
    abort,
    decide: async found => {
      throw new Error(
        `taken for somebody else’s: ${found.planned.change.on}: ${found.before} → ${found.ours}, now ${found.now}`,
      );
    },
    tell: () => undefined,
  });
}
