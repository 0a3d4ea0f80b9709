import { isInForce } from '#apply/is-in-force';
import type { ChangeStory, RunStory } from '#apply/run-story';
import type { Surveyed } from '#apply/survey-plan';
import type { Target } from '#apply/target';
import type { PlannedChange } from '#plan/plan';
import { changeLines } from '#plan/state-words';
import type { ChangeResult, ChangeView } from '#report/run/run-view';

/** Gives the changes of a run as they are shown. Rejects as libvirt does. */
export async function storyViews(target: Target, { changes }: RunStory): Promise<readonly ChangeView[]> {
  const views: ChangeView[] = [];
  for (const story of changes)
    views.push({ ...base(story.planned), result: await resultOf(target, story), ...whyOf(story) });
  return views;
}

async function resultOf(target: Target, story: ChangeStory): Promise<ChangeResult> {
  switch (story.state) {
    case 'held':
      return (await isInForce(target, story)) ? 'held' : 'waits';
    case 'skipped':
      return story.why === 'declined' || story.why === 'differs' ? story.why : 'already';
    default:
      return story.state;
  }
}

const whyOf = ({ state, why }: ChangeStory): Pick<ChangeView, 'why'> =>
  why === undefined || state === 'skipped' ? {} : { why };

/** Gives changes as a look at the machine found them. */
export const surveyedViews = (surveyed: readonly Surveyed[]): readonly ChangeView[] =>
  surveyed.map(one => ({
    ...base(one.planned),
    result: one.stands,
    ...('why' in one && { why: one.why, ...(one.doThis !== undefined && { doThis: one.doThis }) }),
    ...('found' in one && { found: one.found }),
  }));

const base = ({ number, change }: PlannedChange) => ({
  number,
  kind: change.kind,
  on: change.on,
  lines: changeLines(change),
  takesEffect: change.takesEffect,
});
