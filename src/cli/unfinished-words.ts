import type { RunStory } from '#apply/run-story';
import type { NextStep } from '#report/run/run-view';

/** What is said of a run that was broken off, and how it is settled. */
export function unfinishedWords({ run, begin, lastAt, changes }: RunStory): {
  readonly says: string;
  readonly next: readonly NextStep[];
} {
  const done = changes.filter(({ state }) => state === 'held' || state === 'not-live').length;
  const far = `${done} of ${changes.length} changes were made`;
  if (begin.doing === 'apply')
    return {
      says: `run ${run} was broken off at ${lastAt}: ${far}`,
      next: [
        { says: 'take it back', command: `nearmetal undo ${run}` },
        { says: 'finish it', command: 'nearmetal apply --resume' },
      ],
    };
  return {
    says: `run ${run}, which took run ${begin.of ?? '?'} back, was broken off at ${lastAt}: ${far.replace('made', 'taken back')}`,
    next: [
      { says: 'finish it', command: `nearmetal undo ${begin.of ?? ''}` },
      { says: 'make again what it took back', command: `nearmetal undo ${run}` },
    ],
  };
}
