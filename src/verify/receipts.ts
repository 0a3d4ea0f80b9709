import type { Runs } from '#apply/read-runs';
import type { Standing } from '#apply/standings';
import type { Outcome } from '#check/outcome';
import {
  type FindingReceipt,
  findingKey,
  findingReceipt,
  isLost,
  type Judgement,
  type Rest,
  type Unmade,
} from '#verify/finding-receipt';

/** What became of one change. */
export interface Receipt {
  readonly standing: Standing;
  readonly findings: readonly FindingReceipt[];
}

/** What came of looking again. */
export interface Receipts {
  readonly receipts: readonly Receipt[];
  /** Files and guests that somebody else has changed since. */
  readonly moved: readonly string[];
  /** `drift`: something does not hold, or its finding is there although all that was to suffice is in force. `waits`: nothing worse than a restart that has to come. */
  readonly result: 'holds' | 'waits' | 'drift';
}

/** All that was found by looking again. */
export interface Look {
  readonly runs: Runs;
  /** How what is ours stands. */
  readonly standings: readonly Standing[];
  readonly moved: readonly string[];
  /** Of all rules that were run. */
  readonly outcomes: readonly Outcome[];
  /** What would be planned for them. */
  readonly rest: Rest;
  readonly isLive: boolean;
  /** The subject of an outcome in the words of a plan. */
  readonly subjectWords: (outcome: Outcome) => string;
}

/** Holds what was applied against the machine as it is now: did each change hold, did its findings go and why not, has anything else moved. */
export function receiptsOf({ runs, standings, moved, outcomes, rest, isLive, subjectWords }: Look): Receipts {
  const judgement: Judgement = {
    outcomes: new Map(
      outcomes.map(outcome => [findingKey({ rule: outcome.rule.id, subject: subjectWords(outcome) }), outcome]),
    ),
    rest,
    isLive,
  };
  const unmade = unmadeOf(runs, standings);
  const isFor = ({ story }: Pick<Standing, 'story'>, key: string): boolean =>
    story.planned.because.some(one => findingKey(one) === key);
  const receiptOf = (finding: { readonly rule: string; readonly subject: string }): FindingReceipt => {
    const key = findingKey(finding);
    return findingReceipt(
      finding,
      standings.filter(one => isFor(one, key)),
      unmade.filter(one => isFor(one, key)),
      judgement,
    );
  };
  const receipts = standings.map(standing => ({ standing, findings: standing.story.planned.because.map(receiptOf) }));
  const isBad = receipts.some(
    ({ standing, findings }) => isLost(standing.is) || findings.some(({ is }) => is === 'still'),
  );
  const isWaiting = standings.some(({ is }) => is === 'waits' || is === 'pending');
  return { receipts, moved, result: isBad ? 'drift' : isWaiting ? 'waits' : 'holds' };
}

/** What the runs in question planned and what is not there, unless another run has made it. */
function unmadeOf(runs: Runs, standings: readonly Standing[]): readonly Unmade[] {
  const place = ({ planned }: Standing['story']): string => `${planned.change.kind} ${planned.change.on}`;
  const there = new Set(standings.map(({ story }) => place(story)));
  const concerned = new Set(standings.map(({ run }) => run));
  return runs.stories
    .filter(({ run }) => concerned.has(run))
    .flatMap(run => {
      const kept = new Set(runs.inPlace(run));
      return run.changes
        .filter(story => !there.has(place(story)))
        .flatMap((story): readonly Unmade[] => {
          if (story.state === 'not-live') return [{ story, is: 'not-live' }];
          if (story.state === 'skipped' && story.why === 'declined') return [{ story, is: 'declined' }];
          return story.state === 'held' && !kept.has(story) ? [{ story, is: 'undone' }] : [];
        });
    });
}
