import type { Ledger } from '#apply/ledger';
import { type Runs, readRuns } from '#apply/read-runs';
import type { RunStory } from '#apply/run-story';

/** What may go. */
export interface PruneRequest {
  /** How many of the last runs stay in any case. */
  readonly keep: number;
  /** Runs of before that time go too, although something of them is in place: it cannot be taken back any more. */
  readonly before: Date | undefined;
  /** Numbers of runs that stay in any case. */
  readonly staying?: ReadonlySet<string>;
}

/** What of a ledger is of no use any more. */
export interface Prunable {
  readonly runs: readonly RunStory[];
  /** Those of the runs of which something is in place. */
  readonly inPlace: readonly RunStory[];
}

/**
 * Gives the runs that may go: nothing of them is in place, and they are not among the last. A run that took another back goes only together
 * with it, for else that one would seem to be in place again.
 */
export function prunable(runs: Runs, { keep, before, staying = new Set() }: PruneRequest): Prunable {
  const late = new Set(runs.stories.slice(Math.max(0, runs.stories.length - keep)));
  const isOld = (story: RunStory): boolean => before !== undefined && new Date(story.lastAt) < before;
  const isIdle = (story: RunStory): boolean => story.begin.doing !== 'apply' || runs.inPlace(story).length === 0;
  const going = new Set(
    runs.stories.filter(
      story =>
        !late.has(story) &&
        !staying.has(story.run) &&
        !runs.unfinished.includes(story) &&
        (isIdle(story) || isOld(story)),
    ),
  );
  for (let shrank = true; shrank; ) {
    shrank = false;
    for (const story of going) {
      const of = runs.stories.find(({ run }) => run === story.begin.of);
      if (of === undefined || going.has(of)) continue;
      going.delete(story);
      shrank = true;
    }
  }
  return {
    runs: [...going],
    inPlace: [...going].filter(story => story.begin.doing === 'apply' && runs.inPlace(story).length > 0),
  };
}

/** Takes runs away, and the copies that no other run needs. Gives how many copies went. */
export function pruneLedger(ledger: Ledger, { runs }: Prunable): number {
  for (const { run } of runs) ledger.remove(run);
  const { stories, damaged } = readRuns(ledger);
  // what a run that cannot be read needs is not known
  if (damaged.length > 0) return 0;
  const needed = new Set(stories.flatMap(objectsOf));
  const unneeded = ledger.objects.list().filter(object => !needed.has(object));
  for (const object of unneeded) ledger.objects.remove(object);
  return unneeded.length;
}

/** All copies that a run refers to. */
const objectsOf = ({ saved, changes }: RunStory): readonly string[] =>
  [...saved.map(({ object }) => object), ...changes.flatMap(({ steps }) => steps.map(({ from }) => from))].filter(
    object => typeof object === 'string',
  );
