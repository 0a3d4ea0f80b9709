import type { VerifyView } from '#report/status/verify-view';

/** Gives the plain values of `nearmetal.verify/1`. */
export const verifyJson = ({ version, host, unfinished, receipts, moved, result }: VerifyView): object => ({
  schema: 'nearmetal.verify/1',
  tool: { name: 'nearmetal', version },
  host,
  result,
  unfinished,
  receipts,
  moved,
});
