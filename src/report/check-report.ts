import type { Outcome } from '#check/outcome';
import { outcomesOf } from '#check/outcomes-of';
import { type Severity, severities } from '#check/verdict';
import type { Place } from '#model/known';
import type { Machine } from '#model/machine';
import type { SinceThen } from '#report/baseline';

/** What check hands to the renderers. */
export interface CheckReport {
  /** nearmetal's version. */
  readonly version: string;
  readonly policy: 'current' | 'guide';
  readonly machine: Machine;
  readonly outcomes: readonly Outcome[];
  /** What of the input could not be read, or departs from its schema, while the rest was judged. */
  readonly problems?: readonly {
    readonly message: string;
    readonly doThis?: string | undefined;
    /** Where, if that is one place; the message names it, too. */
    readonly place?: Place | undefined;
  }[];
  /** Files of settings that were in force, the weakest first. */
  readonly settings?: readonly string[];
  /** What became of the findings of an earlier report, where it was compared with one. */
  readonly sinceThen?: SinceThen | undefined;
  /** When the run began. */
  readonly at: Date;
  /** From which severity on a finding fails the run. */
  readonly failOn: FailOn;
  /** What the process is about to exit with. */
  readonly exitCode: number;
  /** The folder that names of files given on the command line are relative to: where the program was started. */
  readonly folder?: string | undefined;
  /** The root of the working copy that this folder is in, if it is in one. */
  readonly workingCopy?: string | undefined;
  /** How long reading and judging took, in milliseconds. */
  readonly tookMs: number;
}

/** From which severity on a finding fails the run; `none`: never. */
export type FailOn = Severity | 'none';

/** Whether an outcome is what a run fails for: grave enough, and new where it was compared with an earlier report. */
export const isFailing = (outcome: Outcome, failOn: FailOn): boolean =>
  outcome.outcome === 'bad' &&
  outcome.since === undefined &&
  failOn !== 'none' &&
  severities.indexOf(outcome.severity) <= severities.indexOf(failOn);

/** How many outcomes of each kind there are. */
export interface Counts {
  readonly bad: number;
  readonly good: number;
  readonly unknown: number;
  readonly notApplicable: number;
  readonly waived: number;
  readonly crashed: number;
}

/** Counts outcomes. */
export function countOutcomes(outcomes: readonly Outcome[]): Counts {
  const count = (kind: Outcome['outcome']): number => outcomesOf(outcomes, kind).length;
  return {
    bad: count('bad'),
    good: count('good'),
    unknown: count('unknown'),
    notApplicable: count('not-applicable'),
    waived: count('waived'),
    crashed: count('crashed'),
  };
}

/** Counts findings by severity; each severity is there. */
export function countSeverities(outcomes: readonly Outcome[]): ReadonlyMap<Severity, number> {
  const counts = new Map<Severity, number>(severities.map(severity => [severity, 0]));
  for (const { severity } of outcomesOf(outcomes, 'bad')) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return counts;
}

/** The counts in words, worst first: `1 error`, `4 warnings`, `9 good` …; each with its severity where it has one. */
export function countWords(
  outcomes: readonly Outcome[],
): readonly { readonly severity?: Severity; readonly text: string }[] {
  const counts = countOutcomes(outcomes);
  const found = [...countSeverities(outcomes)]
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => ({
      severity,
      text: `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`,
    }));
  return [
    ...found,
    { text: `${counts.good} good` },
    { text: `${counts.notApplicable} not applicable` },
    { text: `${counts.unknown} unknown` },
    ...(counts.waived > 0 ? [{ text: `${counts.waived} waived` }] : []),
    ...(counts.crashed > 0 ? [{ text: `${counts.crashed} failed` }] : []),
  ];
}
