import type { Standing } from '#apply/standings';
import type { Outcome } from '#check/outcome';

/** What became of a finding that a change was to put right. */
export interface FindingReceipt {
  readonly rule: string;
  readonly subject: string;
  /** `still`: the rule finds it, although the change is in force. `waits`: as long as the change is not in force. `unknown`: it was not judged. */
  readonly is: 'gone' | 'still' | 'waits' | 'unknown';
  /** What the rule says now, where it still finds something. */
  readonly saw?: string;
}

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
  /** `drift`: something does not hold, or its finding is there again although it is in force. `waits`: nothing worse than a restart that has to come. */
  readonly result: 'holds' | 'waits' | 'drift';
}

/** The subject of an outcome in the words of a plan. */
export type SubjectWords = (outcome: Outcome) => string;

/**
 * Holds what was applied against the machine as it is now: did each change hold, did its findings go, has anything else moved. Takes fresh
 * standings and fresh outcomes (undefined: rules were not run).
 */
export function receiptsOf(
  standings: readonly Standing[],
  moved: readonly string[],
  outcomes: readonly Outcome[] | undefined,
  subjectWords: SubjectWords,
): Receipts {
  const judged = new Map((outcomes ?? []).map(outcome => [`${outcome.rule.id} ${subjectWords(outcome)}`, outcome]));
  const receipts = standings.map(standing => ({
    standing,
    findings: standing.story.planned.because.map(finding => receiptOf(finding, standing, judged)),
  }));
  const isBad = receipts.some(
    ({ standing, findings }) => lost.has(standing.is) || findings.some(({ is }) => is === 'still'),
  );
  const isWaiting = standings.some(({ is }) => is === 'waits' || is === 'pending');
  return { receipts, moved, result: isBad ? 'drift' : isWaiting ? 'waits' : 'holds' };
}

const lost: ReadonlySet<Standing['is']> = new Set(['drifted', 'taken-back', 'broken-off', 'failed', 'unreadable']);

function receiptOf(
  { rule, subject }: Standing['story']['planned']['because'][number],
  { is }: Standing,
  judged: ReadonlyMap<string, Outcome>,
): FindingReceipt {
  const outcome = judged.get(`${rule} ${subject}`);
  if (outcome === undefined || outcome.outcome === 'unknown' || outcome.outcome === 'crashed')
    return { rule, subject, is: 'unknown' };
  if (outcome.outcome !== 'bad') return { rule, subject, is: 'gone' };
  const isInForce = is === 'holds';
  return { rule, subject, is: isInForce ? 'still' : 'waits', saw: outcome.finding.saw };
}
