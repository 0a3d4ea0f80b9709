import { isInForce, runningGuest } from '#apply/is-in-force';
import { isOurDoing } from '#apply/is-our-doing';
import { type Made, makeChange } from '#apply/make-change';
import { observe } from '#apply/observe';
import type { RunContext } from '#apply/run-context';
import { type ChangeStory, readRun } from '#apply/run-story';
import { type Surveyed, surveyPlan } from '#apply/survey-plan';
import { kindOf } from '#change/kind-of';
import type { Step } from '#change/step';
import type { PlannedChange } from '#plan/plan';

/** What the caller is told while a run goes on. */
export interface RunEvent {
  readonly planned: PlannedChange;
  /** How many of how many. */
  readonly at: number;
  readonly of: number;
  /** Undefined: it begins. */
  readonly came?: Came;
}

/** What became of one change. */
export type Came =
  | Made
  | { readonly result: 'pending'; readonly why: string }
  | { readonly result: 'skipped'; readonly why: 'already' | 'declined' | 'differs' };

/** How far a run came. */
export type Progressed = 'through' | 'failed' | 'interrupted';

/** What to do, and who is told. */
export interface MakeRequest {
  readonly run: string;
  readonly changes: readonly PlannedChange[];
  /** Numbers of changes that nobody wants. */
  readonly declined: ReadonlySet<number>;
  readonly tell: (event: RunEvent) => void;
}

/**
 * Makes the changes of a run in their order, those of them that are not made yet. One that waits for the effect of another, or for a guest
 * to be off, is put down as pending. Ends at the first that fails. Rejects where the ledger cannot be written: then nothing more is done.
 */
export async function makeChanges(
  context: RunContext,
  { run, changes, declined, tell }: MakeRequest,
): Promise<Progressed> {
  const of = changes.length;
  for (const [index, planned] of changes.entries()) {
    const at = index + 1;
    const stories = storiesOf(context, run);
    const story = stories.get(planned.number);
    if (story === undefined || story.state === 'held' || story.state === 'not-live' || story.state === 'skipped')
      continue;
    if (context.abort.aborted) return 'interrupted';
    if (context.journal.isShort) return 'failed';
    tell({ planned, at, of });
    const came = await makeOne(context, story, stories, declined);
    tell({ planned, at, of, came });
    if (came.result === 'failed' || came.result === 'interrupted') return came.result;
  }
  return context.journal.isShort ? 'failed' : 'through';
}

const storiesOf = ({ ledger }: RunContext, run: string): ReadonlyMap<number, ChangeStory> =>
  new Map((readRun(ledger, run)?.changes ?? []).map(story => [story.planned.number, story]));

async function makeOne(
  context: RunContext,
  story: ChangeStory,
  stories: ReadonlyMap<number, ChangeStory>,
  declined: ReadonlySet<number>,
): Promise<Came> {
  const { journal, target } = context;
  const { planned } = story;
  const { number } = planned;
  if (declined.has(number)) {
    journal.append({ record: 'skipped', change: number, why: 'declined' });
    return { result: 'skipped', why: 'declined' };
  }
  const wait = async (waitsFor: readonly number[], why: string): Promise<Came> => {
    if (story.state !== 'pending') journal.append({ record: 'pending', change: number, waitsFor, why });
    return { result: 'pending', why };
  };
  const waitsFor = await notInForce(context, planned, stories);
  if (waitsFor.length > 0) return wait(waitsFor, whatFor(waitsFor, stories));
  const guest = await runningGuest(target, story);
  if (guest !== undefined) return wait([], `${guest} must be off`);

  const [found] = await surveyPlan(target, [planned], async () => []);
  if (found === undefined) throw new TypeError(`change ${number} was not looked at`);
  switch (found.stands) {
    case 'to-do':
      return makeChange(context, number, planned.change, found.steps);
    case 'already':
      return already(context, story);
    case 'not-live':
      journal.append({ record: 'not-live', change: number });
      return { result: 'not-live' };
    default:
      return brokenOff(context, story, found);
  }
}

/** What is there may be what a run that was broken off had done; its last steps are done again, so that nothing is left out. */
async function already(context: RunContext, { planned, steps }: ChangeStory): Promise<Came> {
  const { number, change } = planned;
  if (steps.length > 0) return makeChange(context, number, change, await stepsNow(context, planned));
  context.journal.append({ record: 'skipped', change: number, why: 'already' });
  return { result: 'skipped', why: 'already' };
}

/** A change that was broken off shows neither state; it is finished only where nobody but we was at it. */
async function brokenOff(context: RunContext, story: ChangeStory, found: Surveyed): Promise<Came> {
  const { number, change } = story.planned;
  if (found.stands === 'stale' && story.steps.length > 0 && (await isOurDoing(context.target, story)))
    return makeChange(context, number, change, await stepsNow(context, story.planned));
  const why =
    found.stands === 'stale'
      ? `it is ${found.found}, neither what it was nor what it is to be`
      : 'why' in found
        ? found.why
        : found.stands;
  context.journal.append({ record: 'failed', change: number, why });
  return { result: 'failed', why };
}

async function stepsNow({ target }: RunContext, { change }: PlannedChange): Promise<readonly Step[]> {
  return kindOf(change).steps(change, await observe(target, [change]));
}

/** Changes whose effect this one needs, and has not. */
async function notInForce(
  { target }: RunContext,
  { waitsFor }: PlannedChange,
  stories: ReadonlyMap<number, ChangeStory>,
): Promise<readonly number[]> {
  const waiting: number[] = [];
  for (const number of waitsFor) {
    const story = stories.get(number);
    if (story !== undefined && !(await isInForce(target, story))) waiting.push(number);
  }
  return waiting;
}

function whatFor(waitsFor: readonly number[], stories: ReadonlyMap<number, ChangeStory>): string {
  const epochs = new Set(waitsFor.map(number => stories.get(number)?.planned.change.takesEffect ?? 'at-once'));
  const words = {
    'host-reboot': 'the reboot of the host',
    'guest-power-cycle': 'the power cycle of a guest',
    'daemon-restart': 'the restart of a daemon',
    'at-once': 'another change',
  };
  return `waits for ${[...epochs].map(epoch => words[epoch]).join(' and ')} (change ${waitsFor.join(', ')})`;
}
