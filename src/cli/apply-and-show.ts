import { type Applied, type ApplyRequest, applyPlan, isProblem, PlanRefused } from '#apply/apply-plan';
import { blockersOf } from '#apply/blockers-of';
import { refuseWithoutRights } from '#apply/rights-for-run';
import { surveyPlan } from '#apply/survey-plan';
import { ask } from '#cli/ask';
import { leaveAuditLine } from '#cli/audit-line';
import type { CommonOptions } from '#cli/common-options';
import type { Output } from '#cli/output';
import { runExitCode } from '#cli/run-exit-code';
import { storyViews, surveyedViews } from '#cli/run-view';
import { tellProgress, tellRun } from '#cli/tell-run';
import { undoAndShow } from '#cli/undo-and-show';
import { version } from '#cli/version.gen';
import { wantsEpoch } from '#cli/wants-epoch';
import { writeRun } from '#cli/write-run';
import type { WritingSession } from '#cli/writing-session';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import type { RunView } from '#report/run/run-view';

/** How a plan is applied. */
export interface RunOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly restartGuests?: readonly string[];
}

const tool = `nearmetal ${version}`;

/** Looks how the changes of a plan stand, and prints it; nothing is written. Gives the exit code. */
export async function showDry(
  { target, ledger }: WritingSession,
  plan: Plan,
  options: RunOptions,
  output: Output,
): Promise<number> {
  const surveyed = await surveyPlan(target, plan.changes, blockersOf);
  const isRefused = surveyed.some(isProblem);
  if (!isRefused) refuseWithoutRights(target, surveyed);
  const isOpen = surveyed.some(({ stands }) => stands === 'to-do');
  const result = isRefused ? 'refused' : isOpen ? 'to-do' : 'nothing-to-do';
  await writeRun(output, options.format, {
    ...head(target, ledger.folder),
    doing: 'apply',
    isDry: true,
    result,
    changes: surveyedViews(surveyed),
    foreign: [],
    next: [],
  });
  return runExitCode(result, surveyed);
}

const head = (target: WritingSession['target'], ledger: string): Pick<RunView, 'version' | 'host' | 'ledger'> => ({
  version,
  host: { name: target.identity.hostName, ...(target.identity.id !== undefined && { id: target.identity.id }) },
  ledger,
});

/** What an apply needs beside its plan. */
export const requestOf = (
  { target, ledger, by, abort }: WritingSession,
  options: RunOptions,
): Omit<ApplyRequest, 'plan' | 'wants' | 'blockers'> => ({
  target,
  ledger,
  tool,
  by,
  abort,
  tell: tellRun(options.quiet === true),
  progress: tellProgress(options.quiet === true),
  restartable: options.restartGuests ?? [],
});

/** Applies a plan, and prints what came of it. Gives the exit code. */
export async function applyAndShow(
  session: WritingSession,
  plan: Plan,
  options: RunOptions,
  output: Output,
): Promise<number> {
  let applied: Applied;
  try {
    applied = await applyPlan({
      ...requestOf(session, options),
      plan,
      wants: wantsEpoch(options.yes === true),
      blockers: blockersOf,
    });
  } catch (error) {
    if (!(error instanceof PlanRefused)) throw error;
    const { target, ledger } = session;
    await writeRun(output, options.format, {
      ...head(target, ledger.folder),
      doing: 'apply',
      isDry: false,
      result: 'refused',
      changes: surveyedViews(error.problems),
      foreign: [],
      next: [],
    });
    return runExitCode('refused', error.problems);
  }
  return finish(session, applied, options, output);
}

/** Prints what a run came to, leaves a line in the system's log, and offers to take back what failed. Gives the exit code. */
export async function finish(
  session: WritingSession,
  { story, result }: Applied,
  options: RunOptions,
  output: Output,
): Promise<number> {
  const { target, ledger, by } = session;
  if (story === undefined) {
    await writeRun(output, options.format, {
      ...head(target, ledger.folder),
      doing: 'apply',
      isDry: false,
      result: result === 'interrupted' ? result : 'nothing-to-do',
      changes: [],
      foreign: [],
      next: [],
    });
    return runExitCode(result === 'interrupted' ? result : 'nothing-to-do', []);
  }
  const changes = await storyViews(target, story);
  const why = target.isLive
    ? leaveAuditLine({
        doing: 'apply',
        run: story.run,
        by,
        what: planId(story.plan),
        changes: changes.filter(one => one.result === 'held' || one.result === 'waits').length,
        result,
      })
    : 'a tree of files has no log of its own';
  if (why !== undefined && options.verbose === true)
    process.stderr.write(`nearmetal: no line in the system log: ${why}\n`);
  const isStopped = result === 'failed' || result === 'interrupted';
  const undo = { says: 'take it back', command: `nearmetal undo ${story.run}` };
  const goOn = { says: result === 'pending' ? 'after the restart' : 'go on', command: 'nearmetal apply --resume' };
  const isOpen = isStopped || changes.some(one => one.result === 'pending');
  await writeRun(output, options.format, {
    ...head(target, ledger.folder),
    run: story.run,
    doing: 'apply',
    isDry: false,
    result,
    changes,
    foreign: [],
    next: isOpen ? [undo, goOn] : [undo],
  });
  if (
    result === 'failed' &&
    options.yes !== true &&
    process.stdin.isTTY === true &&
    (await ask('Take back what was made?'))
  )
    return undoAndShow(session, story.run, { only: undefined, isYes: true }, options, output);
  return runExitCode(result, []);
}
