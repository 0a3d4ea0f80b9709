import type { StatusView } from '#report/status/status-view';

/** Gives the plain values of `nearmetal.status/1`. */
export const statusJson = ({
  version,
  host,
  unfinished,
  changes,
  undone,
  knobs,
  moved,
  ledger,
}: StatusView): object => ({
  schema: 'nearmetal.status/1',
  tool: { name: 'nearmetal', version },
  host,
  unfinished,
  changes,
  undone,
  knobs,
  moved,
  ledger,
});
