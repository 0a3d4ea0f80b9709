import type { Standing } from '#apply/standings';
import { changeLines } from '#plan/state-words';
import type { StandingView } from '#report/status/status-view';

/** Gives how changes stand as it is shown. */
export const standingViews = (found: readonly Standing[]): readonly StandingView[] =>
  found.map(({ run, story, is, now, why }) => {
    const { number, change } = story.planned;
    return {
      run,
      number,
      kind: change.kind,
      on: change.on,
      lines: changeLines(change),
      takesEffect: change.takesEffect,
      is,
      ...(now !== undefined && { now }),
      ...(why !== undefined && { why }),
    };
  });
