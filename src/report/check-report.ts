import type { Outcome } from '#check/outcome';
import type { Machine } from '#model/machine';

/** What check hands to the renderers. */
export interface CheckReport {
  /** nearmetal's version. */
  readonly version: string;
  readonly policy: 'current' | 'guide';
  readonly machine: Machine;
  readonly outcomes: readonly Outcome[];
  /** What of the input could not be read, or departs from its schema, while the rest was judged. */
  readonly problems?: readonly { readonly message: string; readonly doThis?: string | undefined }[];
  /** How long reading and judging took, in milliseconds. */
  readonly tookMs: number;
}

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
  const counts = { bad: 0, good: 0, unknown: 0, notApplicable: 0, waived: 0, crashed: 0 };
  for (const { outcome } of outcomes) counts[outcome === 'not-applicable' ? 'notApplicable' : outcome]++;
  return counts;
}
