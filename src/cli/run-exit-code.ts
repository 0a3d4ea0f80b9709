import type { Surveyed } from '#apply/survey-plan';
import { exitCodes } from '#cli/exit-codes';
import type { RunView } from '#report/run/run-view';

/** Gives the exit code of a run; `surveyed`: what was refused, or looked at in a dry run. */
export function runExitCode(result: RunView['result'], surveyed: readonly Pick<Surveyed, 'stands'>[]): number {
  switch (result) {
    case 'interrupted':
      return exitCodes.interrupted;
    case 'refused':
      return surveyed.some(({ stands }) => stands === 'unreadable') ? exitCodes.input : exitCodes.notHolding;
    case 'failed':
      return exitCodes.notHolding;
    case 'pending':
      return exitCodes.pending;
    default:
      return exitCodes.ok;
  }
}
