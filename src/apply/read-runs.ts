import type { Ledger } from '#apply/ledger';
import { LedgerError } from '#apply/ledger-error';
import { type ChangeStory, type RunStory, readRun } from '#apply/run-story';

/** All runs of a ledger, and what can be said of them together. */
export interface Runs {
  /** In their order. */
  readonly stories: readonly RunStory[];
  /** Runs whose journal or plan cannot be read. */
  readonly damaged: readonly LedgerError[];
  /** Changes of a run that are still there: something was done for them, and no later run has taken it back. */
  inPlace(run: RunStory): readonly ChangeStory[];
  /** Runs that never came to their end, and that no other run has finished or taken back. */
  readonly unfinished: readonly RunStory[];
}

/** Reads all runs of a ledger. */
export function readRuns(ledger: Ledger): Runs {
  const stories: RunStory[] = [];
  const damaged: LedgerError[] = [];
  for (const run of ledger.runs()) {
    try {
      const story = readRun(ledger, run);
      if (story !== undefined) stories.push(story);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      damaged.push(error);
    }
  }
  const takenUp = new Set(stories.flatMap(({ begin }) => begin.takesUp ?? []));
  const inPlace = (run: RunStory): readonly ChangeStory[] =>
    run.changes.filter(change => isBegun(change) && !isTakenBack(run, change.planned.number));
  const isTakenBack = (run: RunStory, number: number): boolean =>
    stories.some(
      later =>
        later.begin.doing === 'undo' &&
        later.begin.of === run.run &&
        later.changes.some(
          story =>
            story.planned.number === number &&
            // what was gone already needed no taking back, and taking that back would make nothing again
            ((story.state === 'skipped' && story.why === 'already') ||
              (isDone(story) && inPlace(later).includes(story))),
        ),
    );
  return {
    stories,
    damaged,
    inPlace,
    unfinished: stories.filter(
      story => story.result === undefined && !takenUp.has(story.run) && !isAllTakenBack(story, inPlace),
    ),
  };
}

const isDone = ({ state }: ChangeStory): boolean => state === 'held' || state === 'not-live';

/** Whether something of a change may have been done. */
const isBegun = ({ state, steps }: ChangeStory): boolean =>
  state === 'held' || (steps.length > 0 && state !== 'untouched' && state !== 'skipped');

/** A run that was broken off and then undone has come to its end by that. */
const isAllTakenBack = (story: RunStory, inPlace: Runs['inPlace']): boolean =>
  story.changes.some(isBegun) && inPlace(story).length === 0;
