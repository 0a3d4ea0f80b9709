import type { Journal } from '#apply/journal';
import type { Ledger } from '#apply/ledger';
import type { RestoredGuest } from '#apply/restore-guest';
import type { Target } from '#apply/target';

/** What a run works with. */
export interface RunContext {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly journal: Journal;
  /** Ends the run between two steps. One that takes something back is never handed the abort of the run before it. */
  readonly abort: AbortSignal;
  /** Told how far a program is that takes its time: what it does, and percent where that is known. */
  readonly progress?: ((says: string, percent: number | undefined) => void) | undefined;
  /** Told of a definition that could not be put back byte for byte, and how it differs. */
  readonly left?: (guest: string, restored: RestoredGuest) => void;
}
