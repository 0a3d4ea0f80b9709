import type { HistoryView } from '#report/history/history-view';

/** Gives the plain values of `nearmetal.history/1`. */
export const historyJson = ({ version, host, runs, ledger }: HistoryView): object => ({
  schema: 'nearmetal.history/1',
  tool: { name: 'nearmetal', version },
  host,
  runs,
  ledger,
});
