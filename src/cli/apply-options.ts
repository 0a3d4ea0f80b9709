import type { JudgeOptions } from '#cli/judge-place';

/** What `apply` understands. */
export interface ApplyOptions extends JudgeOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Take up a run that was broken off, or that waits for a restart. */
  readonly resume?: boolean;
  /** Guests that may be shut down and started again. */
  readonly restartGuests?: readonly string[];
}
