import { printable } from '#report/printable';

/** Says on standard error what has to be known of what was read. */
export function tellRemarks(remarks: readonly string[], isQuiet: boolean | undefined): void {
  if (isQuiet === true) return;
  for (const remark of remarks) process.stderr.write(`nearmetal: ${printable(remark)}\n`);
}
