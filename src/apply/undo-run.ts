import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { awaitStrays } from '#apply/await-strays';
import { beginRun } from '#apply/begin-run';
import { epochBack } from '#apply/epoch-back';
import { runningGuest } from '#apply/is-in-force';
import { isOurDoing } from '#apply/is-our-doing';
import { isSameLife } from '#apply/is-same-life';
import { reserveOf } from '#apply/journal';
import type { RunResultName } from '#apply/journal-record';
import type { Ledger } from '#apply/ledger';
import { makeChange } from '#apply/make-change';
import type { Came, RunEvent } from '#apply/make-changes';
import { observe } from '#apply/observe';
import type { RunContext } from '#apply/run-context';
import { type ChangeStory, type RunStory, readRun } from '#apply/run-story';
import { stateWords } from '#apply/state-words';
import type { Target } from '#apply/target';
import { tidyAfter } from '#apply/tidy-after';
import { undoActions } from '#apply/undo-actions';
import { waitsForRestart } from '#apply/waits-for-restart';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { Epoch, PlannedChange } from '#plan/plan';

/** A knob that somebody else has changed since: none of the three values is the other's. */
export interface ThirdParty {
  readonly planned: PlannedChange;
  /** In words: what it was before the run, what the run made of it, what it is. */
  readonly before: string;
  readonly ours: string;
  readonly now: string;
}

/** What to do with it: put back what was there before, leave it as it is, or stop. */
export type Decision = 'put-back' | 'leave' | 'stop';

/** All that an undo needs to know. The lock is held by the caller. */
export interface UndoRequest {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly story: RunStory;
  /** Those of its changes that are to be taken back, in the order of the plan. */
  readonly changes: readonly ChangeStory[];
  /** Runs that were broken off and that this one finishes. */
  readonly takesUp: readonly string[];
  /** Earlier runs that took this one back, or some of it: one that was broken off in the midst of a change left something of ours. */
  readonly attempts: readonly RunStory[];
  readonly tool: string;
  readonly by: string;
  /** Of this undo; never that of a run that was interrupted. */
  readonly abort: AbortSignal;
  readonly decide: (found: ThirdParty) => Promise<Decision>;
  readonly tell: (event: RunEvent) => void;
}

/** What came of it. */
export interface Undone {
  readonly story: RunStory | undefined;
  readonly result: RunResultName;
  /** Files and guests in which somebody else has changed something, too, which was left. */
  readonly foreign: readonly string[];
}

/**
 * Takes changes of a run back, the last one first, in a run of its own, which can be undone itself. Where a file or a definition holds what
 * we wrote, what stood there comes back byte for byte; else our lines alone go. Stops at the first change that cannot be taken back.
 */
export async function undoRun(request: UndoRequest): Promise<Undone> {
  const { target, ledger, story, takesUp, tool, by, abort, tell } = request;
  const back = request.changes.toReversed();
  await awaitStrays(target, [...story.changes, ...request.attempts.flatMap(({ changes }) => changes)], abort);
  // what the run kept free is there for this
  rmSync(reserveOf(join(ledger.folderOf(story.run), 'journal.jsonl')), { force: true });
  const changes: PlannedChange[] = [];
  for (const one of back) changes.push(inverted(one.planned, await epochBack(target, ledger, story, one)));
  const plan = { ...story.plan, changes };
  const { run, journal } = beginRun(ledger, target, plan, {
    tool,
    doing: 'undo',
    of: story.run,
    by,
    ...(takesUp.length > 0 && { takesUp }),
  });
  const foreign = new Set<string>();
  const context: RunContext = { target, ledger, journal, abort, left: guest => foreign.add(`guest ${guest}`) };
  const folders = [...new Set(story.changes.flatMap(one => one.folders))];
  let result: RunResultName = 'held';
  try {
    journal.append({ record: 'ready' });
    for (const [index, change] of back.entries()) {
      if (abort.aborted) {
        result = 'interrupted';
        break;
      }
      const { planned } = change;
      const event = { planned, at: index + 1, of: back.length };
      tell(event);
      const came = await undoOne(context, request, change, { folders, foreign });
      tell({ ...event, came });
      if (came.result === 'pending') result = 'pending';
      if (came.result === 'failed' || came.result === 'interrupted') {
        result = came.result;
        break;
      }
    }
    const now = readRun(ledger, run);
    if (result === 'held' && now !== undefined && (await waitsForRestart(target, now))) result = 'pending';
    journal.append({ record: 'end', result });
    return { story: readRun(ledger, run), result, foreign: [...foreign] };
  } finally {
    journal.close();
  }
}

/** The order is turned round, so that nothing is waited for: what a change needed is still there when it is taken back. */
const inverted = (planned: PlannedChange, epoch: Epoch): PlannedChange => ({
  ...planned,
  change: invert(planned.change),
  epoch,
  waitsFor: [],
  diff: '',
});

async function undoOne(
  context: RunContext,
  { decide, attempts }: UndoRequest,
  story: ChangeStory,
  { folders, foreign }: { readonly folders: readonly string[]; readonly foreign: Set<string> },
): Promise<Came> {
  const { target, journal } = context;
  const { planned } = story;
  const { number, change } = planned;
  const back = invert(change);
  const kind = kindOf(change);
  for (const step of story.steps) tidyAfter(target, step);
  const guest = await runningGuest(target, story);
  if (guest !== undefined) {
    const why = `${guest} must be off`;
    journal.append({ record: 'pending', change: number, waitsFor: [], why });
    return { result: 'pending', why };
  }
  const seen = await observe(target, [back]);
  if (change.lasts === 'guest-run' && !(await isSameLife(target, story, seen))) {
    journal.append({ record: 'skipped', change: number, why: 'already' });
    return { result: 'skipped', why: 'already' };
  }
  const obstacle = kind.obstacle(back, seen);
  if (obstacle !== undefined) {
    journal.append({ record: 'failed', change: number, why: obstacle });
    return { result: 'failed', why: obstacle };
  }
  const state = kind.state(back, seen);
  const isBefore = kind.isSame(state, change.before);
  const tried = withAttempts(story, attempts);
  const isOurs =
    isBefore ||
    kind.isSame(state, change.after) ||
    story.state === 'not-live' ||
    (tried !== undefined && (await isOurDoing(target, tried)));
  if (!isOurs) {
    const decision = await decide({
      planned,
      before: stateWords(change.before),
      ours: stateWords(change.after),
      now: stateWords(state),
    });
    if (decision === 'leave') {
      journal.append({ record: 'skipped', change: number, why: 'differs' });
      return { result: 'skipped', why: 'differs' };
    }
    if (decision === 'stop') {
      const why = `somebody else changed it: it is ${stateWords(state)}`;
      journal.append({ record: 'failed', change: number, why });
      return { result: 'failed', why };
    }
  }
  const way = undoActions(target, story, kind.steps(back, seen), folders);
  for (const place of way.foreign) foreign.add(place);
  return makeChange(context, number, back, way.actions);
}

/** A change with what was begun to take it back; none of it where it was made, and nobody has begun to. */
function withAttempts(story: ChangeStory, attempts: readonly RunStory[]): Pick<ChangeStory, 'steps'> | undefined {
  const begun = attempts
    .flatMap(({ changes }) => changes)
    .filter(
      ({ planned, state }) => planned.number === story.planned.number && (state === 'broken-off' || state === 'failed'),
    );
  if (story.state === 'held' && begun.length === 0) return undefined;
  return { steps: [...story.steps, ...begun.flatMap(({ steps }) => steps)] };
}
