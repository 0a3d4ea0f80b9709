import { type Applied, type ApplyRequest, applyPlan, isProblem, PlanRefused } from '#apply/apply-plan';
import { blockersOf } from '#apply/blockers-of';
import { resumeRun } from '#apply/resume-run';
import { refuseWithoutRights } from '#apply/rights-for-run';
import type { RunStory } from '#apply/run-story';
import { surveyPlan } from '#apply/survey-plan';
import type { Target } from '#apply/target';
import { waitsForRestart } from '#apply/waits-for-restart';
import type { ApplyOptions } from '#cli/apply-options';
import { ask } from '#cli/ask';
import { leaveAuditLine } from '#cli/audit-line';
import { type Output, openOutput } from '#cli/output';
import { planForApply } from '#cli/plan-for-apply';
import { refuseOtherHost } from '#cli/refuse-other-host';
import { refuseUnfinished } from '#cli/refuse-unfinished';
import { inputError, usageError } from '#cli/request-error';
import { runExitCode } from '#cli/run-exit-code';
import { storyViews, surveyedViews } from '#cli/run-view';
import { tellRun } from '#cli/tell-run';
import { undoAndShow } from '#cli/undo-and-show';
import { version } from '#cli/version.gen';
import { wantsEpoch } from '#cli/wants-epoch';
import { writeRun } from '#cli/write-run';
import { type WritingSession, withSession } from '#cli/writing-session';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import type { RunView } from '#report/run/run-view';

const tool = `nearmetal ${version}`;

/**
 * `nearmetal apply PLAN`, `nearmetal apply --rule …`, `nearmetal apply --resume`: makes the changes of a plan, or those still open of an earlier run.
 * Backs up first, asks, reads back, stops at the first failure and offers to take all back.
 */
export async function apply(file: string | undefined, options: ApplyOptions): Promise<number> {
  refuseMisuse(file, options);
  const output = openOutput(options.output, options.color);
  const plan = options.resume === true ? undefined : await planForApply(file, options);
  const kind = options.dryRun === true ? 'look' : 'write';
  const first = (target: Target): void => {
    if (plan !== undefined) refuseOtherHost(plan, target);
  };
  return withSession(options, { kind, command: 'apply', first }, async session => {
    if (plan === undefined) return resume(session, options, output);
    if (options.dryRun === true) return showDry(session, plan, options, output);
    await refuseUnfinished(session);
    return applyAndShow(session, plan, options, output);
  });
}

function refuseMisuse(file: string | undefined, { resume: isResuming, rule, guest, yes, dryRun }: ApplyOptions): void {
  const isSelecting = rule.length > 0 || guest.length > 0;
  if (isResuming === true && (file !== undefined || isSelecting))
    throw usageError('--resume goes on with an earlier run; it takes no plan', 'nearmetal apply --resume');
  if (isResuming === true && dryRun === true)
    throw usageError('--resume and --dry-run do not go together', 'nearmetal status says what is open');
  if (file !== undefined && isSelecting)
    throw usageError(
      'a plan is applied as a whole; --rule and --guest choose while one is made',
      'nearmetal plan --rule … --format json -o plan.json',
    );
  if (isResuming !== true && file === undefined && !isSelecting)
    throw usageError(
      'apply what?',
      'nearmetal apply plan.json, nearmetal apply --rule RULE, or nearmetal apply --resume',
    );
  if (yes !== true && dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
}

async function showDry(
  { target, ledger }: WritingSession,
  plan: Plan,
  options: ApplyOptions,
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

const requestOf = (
  { target, ledger, by, abort }: WritingSession,
  options: ApplyOptions,
): Omit<ApplyRequest, 'plan' | 'wants' | 'blockers'> => ({
  target,
  ledger,
  tool,
  by,
  abort,
  tell: tellRun(options.quiet === true),
  restartable: options.restartGuests ?? [],
});

async function applyAndShow(
  session: WritingSession,
  plan: Plan,
  options: ApplyOptions,
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

/** Goes on with the runs that are open, the oldest first. */
async function resume(session: WritingSession, options: ApplyOptions, output: Output): Promise<number> {
  const open = await openRuns(session);
  const [story] = open;
  if (story === undefined) throw inputError('there is no run to go on with', 'nearmetal status says what is in place');
  if (story.begin.doing !== 'apply')
    throw inputError(
      `run ${story.run} was taking run ${story.begin.of} back when it was broken off`,
      `finish that: nearmetal undo ${story.begin.of}`,
    );
  process.stderr.write(`nearmetal: going on with run ${story.run}, begun ${story.startedAt}\n`);
  if (options.yes !== true && !(await ask('Go on?'))) return runExitCode('nothing-to-do', []);
  return finish(session, await resumeRun(requestOf(session, options), story), options, output);
}

async function openRuns({ runs, target }: WritingSession): Promise<readonly RunStory[]> {
  const open: RunStory[] = [...runs.unfinished];
  for (const story of runs.stories) {
    if (open.includes(story) || story.begin.doing !== 'apply' || story.result === undefined || story.result === 'held')
      continue;
    const isOpen = story.changes.some(
      ({ state }) => state === 'pending' || state === 'untouched' || state === 'failed',
    );
    if (
      isOpen &&
      runs.inPlace(story).length > 0 &&
      (story.result !== 'pending' || (await waitsForRestart(target, story)))
    )
      open.push(story);
  }
  return open.sort((one, other) => Number(one.run) - Number(other.run));
}

async function finish(
  session: WritingSession,
  { story, result }: Applied,
  options: ApplyOptions,
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
