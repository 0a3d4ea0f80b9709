import { readRuns } from '#apply/read-runs';
import type { ChangeStory, RunStory } from '#apply/run-story';
import { type Decision, type ThirdParty, undoRun } from '#apply/undo-run';
import { ask, choose } from '#cli/ask';
import { leaveAuditLine } from '#cli/audit-line';
import { catchInterrupts } from '#cli/catch-interrupts';
import type { CommonOptions } from '#cli/common-options';
import type { Output } from '#cli/output';
import { inputError, usageError } from '#cli/request-error';
import { runExitCode } from '#cli/run-exit-code';
import { storyViews } from '#cli/run-view';
import { tellRun } from '#cli/tell-run';
import { version } from '#cli/version.gen';
import { writeRun } from '#cli/write-run';
import type { WritingSession } from '#cli/writing-session';
import { planId } from '#plan/plan-id';
import { changeLines } from '#plan/state-words';
import { printable } from '#report/printable';
import type { RunView } from '#report/run/run-view';

/** What of a run is to be taken back, and whether to ask. */
export interface UndoWish {
  /** Numbers of changes; undefined: all. */
  readonly only: readonly number[] | undefined;
  readonly isYes: boolean;
  readonly isDry?: boolean;
}

/** Takes a run back, or some of its changes, and prints what came of it. Gives the exit code. Throws RequestError. */
export async function undoAndShow(
  session: WritingSession,
  run: string,
  { only, isYes, isDry = false }: UndoWish,
  options: CommonOptions,
  output: Output,
): Promise<number> {
  const { target, ledger, by } = session;
  const runs = readRuns(ledger);
  ledger.folderOf(run);
  const story = runs.stories.find(one => one.run === run);
  if (story === undefined)
    throw inputError(`run ${run} never began, or cannot be read`, 'nearmetal history lists the runs');
  const takenUpBy = runs.stories.find(({ begin }) => begin.takesUp?.includes(run));
  if (takenUpBy !== undefined)
    throw inputError(`run ${run} was finished by run ${takenUpBy.run}`, `nearmetal undo ${takenUpBy.run}`);
  const changes = chosen(story, runs.inPlace(story), only);
  const head = {
    version,
    doing: 'undo',
    of: run,
    host: { name: target.identity.hostName, ...(target.identity.id !== undefined && { id: target.identity.id }) },
    ledger: ledger.folder,
  } as const;
  if (changes.length === 0 && story.result !== undefined) {
    await writeRun(output, options.format, {
      ...head,
      isDry,
      result: 'nothing-to-do',
      changes: [],
      foreign: [],
      next: [],
    });
    return runExitCode('nothing-to-do', []);
  }
  if (isDry) {
    await writeRun(output, options.format, {
      ...head,
      isDry,
      result: 'to-do',
      changes: dryViews(changes),
      foreign: [],
      next: [],
    });
    return runExitCode('to-do', []);
  }
  if (!isYes) {
    const lines = changes
      .toReversed()
      .map(
        ({ planned }) =>
          `${String(planned.number).padStart(5)}  ${printable(changeLines(planned.change).join('; '))}\n`,
      );
    process.stderr.write(`Run ${run} of ${story.startedAt} made:\n${lines.join('')}`);
    if (!(await ask(changes.length === 1 ? 'Take it back?' : `Take these ${changes.length} changes back?`)))
      return runExitCode('nothing-to-do', []);
  }
  // a Ctrl-C that ended the run before is not meant for this
  const interrupts = catchInterrupts();
  try {
    const takesUp = runs.unfinished.filter(one => one.run === run || one.begin.of === run).map(one => one.run);
    const undone = await undoRun({
      target,
      ledger,
      story,
      changes,
      takesUp,
      attempts: runs.stories.filter(one => one.begin.doing === 'undo' && one.begin.of === run),
      tool: `nearmetal ${version}`,
      by,
      abort: interrupts.signal,
      decide: found => decide(found, isYes),
      tell: tellRun(options.quiet === true),
    });
    const { result } = undone;
    const now = undone.story === undefined ? [] : await storyViews(target, undone.story);
    const id = undone.story?.run;
    if (id !== undefined) {
      const count = now.filter(one => one.result === 'held' || one.result === 'waits').length;
      const why = target.isLive
        ? leaveAuditLine({
            doing: 'undo',
            run: id,
            by,
            what: `run ${run}, plan ${planId(story.plan)}`,
            changes: count,
            result,
          })
        : 'a tree of files has no log of its own';
      if (why !== undefined && options.verbose === true)
        process.stderr.write(`nearmetal: no line in the system log: ${why}\n`);
    }
    await writeRun(output, options.format, {
      ...head,
      ...(id !== undefined && { run: id }),
      isDry,
      result,
      changes: now,
      foreign: undone.foreign,
      next: nextOf(result, run, id),
    });
    return runExitCode(result, []);
  } finally {
    interrupts.release();
  }
}

function nextOf(result: RunView['result'], run: string, id: string | undefined): RunView['next'] {
  const again = id === undefined ? [] : [{ says: 'make it again', command: `nearmetal undo ${id}` }];
  const isOpen = result === 'failed' || result === 'interrupted';
  return isOpen ? [{ says: 'finish it', command: `nearmetal undo ${run}` }, ...again] : again;
}

function chosen(
  story: RunStory,
  inPlace: readonly ChangeStory[],
  only: readonly number[] | undefined,
): readonly ChangeStory[] {
  if (only === undefined) return inPlace;
  for (const number of only) {
    if (inPlace.some(({ planned }) => planned.number === number)) continue;
    const isThere = story.changes.some(({ planned }) => planned.number === number);
    throw usageError(
      isThere ? `change ${number} of run ${story.run} is not in place` : `run ${story.run} has no change ${number}`,
      inPlace.length === 0
        ? 'nothing of it is in place'
        : `in place are ${inPlace.map(({ planned }) => planned.number).join(', ')}`,
    );
  }
  return inPlace.filter(({ planned }) => only.includes(planned.number));
}

const dryViews = (changes: readonly ChangeStory[]): RunView['changes'] =>
  changes.toReversed().map(({ planned: { number, change } }) => ({
    number,
    kind: change.kind,
    on: change.on,
    lines: changeLines({ ...change, before: change.after, after: change.before }),
    takesEffect: change.takesEffect,
    result: 'to-do',
  }));

/** Somebody else has set the knob since: only a person can say whose value is wanted. */
async function decide({ planned, before, ours, now }: ThirdParty, isYes: boolean): Promise<Decision> {
  process.stderr.write(
    `nearmetal: somebody else has changed ${printable(planned.change.on)} since:\n  before  ${printable(before)}\n  ours    ${printable(ours)}\n  now     ${printable(now)}\n`,
  );
  if (isYes) return 'stop';
  const answer = await choose('Put back what was there before, leave it as it is now, or stop?', [
    'put back',
    'leave',
    'stop',
  ]);
  return answer === 'put back' ? 'put-back' : (answer ?? 'stop');
}
