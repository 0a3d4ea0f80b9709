import { resumeRun } from '#apply/resume-run';
import type { RunStory } from '#apply/run-story';
import type { Target } from '#apply/target';
import { waitsForRestart } from '#apply/waits-for-restart';
import { applyAndShow, finish, requestOf, showDry } from '#cli/apply-and-show';
import type { ApplyOptions } from '#cli/apply-options';
import { ask } from '#cli/ask';
import { type Output, openOutput } from '#cli/output';
import { planForApply } from '#cli/plan-for-apply';
import { refuseOtherHost } from '#cli/refuse-other-host';
import { refuseUnfinished } from '#cli/refuse-unfinished';
import { inputError, usageError } from '#cli/request-error';
import { runExitCode } from '#cli/run-exit-code';
import { type WritingSession, withSession } from '#cli/writing-session';

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
