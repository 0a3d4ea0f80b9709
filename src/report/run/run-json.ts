import type { RunView } from '#report/run/run-view';

/** Gives a run as the plain values of `nearmetal.run/1`. */
export const runJson = ({
  version,
  run,
  doing,
  of,
  host,
  isDry,
  result,
  changes,
  foreign,
  next,
  ledger,
}: RunView): object => ({
  schema: 'nearmetal.run/1',
  tool: { name: 'nearmetal', version },
  host,
  doing,
  run,
  of,
  dryRun: isDry,
  result,
  changes,
  foreign,
  next,
  ledger,
});
