import { rmSync } from 'node:fs';
import { gatherKeepsakes, keep } from '#apply/back-up';
import { beginRun, planText } from '#apply/begin-run';
import { type Journal, reserveOf } from '#apply/journal';
import type { RunResultName } from '#apply/journal-record';
import type { Ledger } from '#apply/ledger';
import { makeChanges, type RunEvent } from '#apply/make-changes';
import { restartGuests } from '#apply/restart-guests';
import { refuseWithoutRights } from '#apply/rights-for-run';
import { bytesOfRun, bytesToTakeBack, keepReserve, refuseWithoutRoom } from '#apply/room-for-run';
import type { RunContext } from '#apply/run-context';
import { type RunStory, readRun } from '#apply/run-story';
import { type Blocker, type Surveyed, surveyPlan } from '#apply/survey-plan';
import type { Target } from '#apply/target';
import { waitsForRestart } from '#apply/waits-for-restart';
import type { Epoch, Plan, PlannedChange } from '#plan/plan';

/** All that an apply needs to know. The lock is held by the caller. */
export interface ApplyRequest {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly plan: Plan;
  /** nearmetal and its version. */
  readonly tool: string;
  /** Who runs it. */
  readonly by: string;
  readonly abort: AbortSignal;
  /** Asked once for each epoch that there is, before anything is changed. */
  readonly wants: (epoch: Epoch, changes: readonly PlannedChange[]) => Promise<boolean>;
  /** What keeps a guest from being changed. */
  readonly blockers: (target: Target, guest: string) => Promise<readonly Blocker[]>;
  readonly tell: (event: RunEvent) => void;
  readonly progress?: RunContext['progress'];
  /** Guests that may be shut down and started again. */
  readonly restartable: readonly string[];
}

/** What came of it. Without a run nothing was changed: nothing was to be done, or nobody wanted it. */
export interface Applied {
  readonly story: RunStory | undefined;
  readonly result: RunResultName;
}

/** Changes that cannot be made as the plan says; nothing was changed. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused';
  readonly problems: readonly Surveyed[];
  constructor(problems: readonly Surveyed[]) {
    super(
      problems.length === 1
        ? 'a change cannot be made as planned'
        : `${problems.length} changes cannot be made as planned`,
    );
    this.problems = problems;
  }
}

/** The order in which is asked. */
const epochs: readonly Epoch[] = ['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot'];

/**
 * Applies a plan: looks at everything again and refuses where it is not as the plan says, asks, backs up all that the plan touches, then makes
 * the changes in their order. Rejects with PlanRefused and NoRoom before the first change; with LedgerError where the ledger cannot be written.
 */
export async function applyPlan(request: ApplyRequest): Promise<Applied> {
  const { target, ledger, plan } = request;
  const surveyed = await surveyPlan(target, plan.changes, request.blockers);
  const problems = surveyed.filter(isProblem);
  if (problems.length > 0) throw new PlanRefused(problems);
  const toDo = surveyed.filter(one => one.stands === 'to-do');
  if (toDo.length === 0) return { story: undefined, result: 'held' };
  refuseWithoutRights(target, toDo);
  const declined = await askPerEpoch(
    request,
    toDo.map(({ planned }) => planned),
  );
  const wanted = toDo.filter(({ planned }) => !declined.has(planned.number));
  if (wanted.length === 0) return { story: undefined, result: 'held' };
  const keepsakes = await gatherKeepsakes(target, wanted);
  const sizes = [keepsakes, plan.changes.length, Buffer.byteLength(planText(plan))] as const;
  refuseWithoutRoom(target, ledger.folder, bytesOfRun(...sizes), wanted);
  if (request.abort.aborted) return { story: undefined, result: 'interrupted' };

  const { run, journal } = beginRun(ledger, target, plan, { tool: request.tool, doing: 'apply', by: request.by });
  try {
    keepReserve(journal.path, bytesToTakeBack(...sizes));
    keep(ledger, journal, keepsakes);
    journal.append({ record: 'ready' });
    return await goThrough(request, { run, journal, plan, declined });
  } finally {
    journal.close();
  }
}

/** What is to be gone through: a run that begins, or one that is taken up again. */
export interface Way {
  readonly run: string;
  readonly journal: Journal;
  readonly plan: Plan;
  readonly declined: ReadonlySet<number>;
}

/** Makes the changes of a run that are not made yet, restarts the guests that may be, and puts down how it ended. */
export async function goThrough(
  request: Omit<ApplyRequest, 'plan' | 'wants' | 'blockers'>,
  { run, journal, plan, declined }: Way,
): Promise<Applied> {
  const { target, ledger, abort, tell, restartable, progress } = request;
  const context = { target, ledger, journal, abort, progress };
  const go = () => makeChanges(context, { run, changes: plan.changes, declined, tell });
  let came = await go();
  if (came === 'through' && restartable.length > 0) came = await restartGuests(context, run, restartable, go);
  const story = readRun(ledger, run);
  const result =
    came !== 'through' ? came : story !== undefined && (await waitsForRestart(target, story)) ? 'pending' : 'held';
  journal.append({ record: 'end', result });
  // what was reserved for taking it back is of use only where it may be taken back at once
  if (result === 'held' || result === 'pending') rmSync(reserveOf(journal.path), { force: true });
  return { story: readRun(ledger, run), result };
}

/** Whether a change keeps the whole plan from being applied. */
export const isProblem = ({ stands }: Surveyed): boolean => !['to-do', 'already', 'not-live'].includes(stands);

async function askPerEpoch({ wants }: ApplyRequest, changes: readonly PlannedChange[]): Promise<ReadonlySet<number>> {
  const declined = new Set<number>();
  for (const epoch of epochs) {
    const ofIt = changes.filter(change => change.epoch === epoch);
    if (ofIt.length > 0 && !(await wants(epoch, ofIt))) for (const { number } of ofIt) declined.add(number);
  }
  // what waits for something that nobody wants would wait for ever
  for (let grew = true; grew; ) {
    const before = declined.size;
    for (const { number, waitsFor } of changes) if (waitsFor.some(one => declined.has(one))) declined.add(number);
    grew = declined.size > before;
  }
  return declined;
}
