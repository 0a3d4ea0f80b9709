import type { Outcome } from '#check/outcome';
import { outcomesOf } from '#check/outcomes-of';
import { type FailOn, isFailing } from '#report/check-report';

/** Exit codes, the same for every command. */
export const exitCodes = {
  ok: 0,
  /** nearmetal itself failed; also after a rule crashed, once the report is printed. */
  failure: 1,
  /** Something at or above `--fail-on` was found. */
  findings: 2,
  /** With `--strict`: some rule could not be judged. */
  incomplete: 3,
  /** Something was written and does not hold, or what was to be changed is no longer what it was. */
  notHolding: 4,
  /** All is made, and something waits for a restart of a guest, a daemon or the host. */
  pending: 5,
  /** Another run holds the lock. */
  locked: 11,
  usage: 64,
  /** The input could not be read. */
  input: 66,
  interrupted: 130,
} as const;

/** Gives the exit code of a check. */
export function checkExitCode(outcomes: readonly Outcome[], failOn: FailOn, isStrict: boolean): number {
  if (outcomesOf(outcomes, 'crashed').length > 0) return exitCodes.failure;
  if (outcomesOf(outcomes, 'bad').some(one => isFailing(one, failOn))) return exitCodes.findings;
  if (isStrict && outcomesOf(outcomes, 'unknown').length > 0) return exitCodes.incomplete;
  return exitCodes.ok;
}
