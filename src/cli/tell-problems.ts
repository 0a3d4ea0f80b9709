import type { ReadProblem } from '#cli/open-options';
import { printable } from '#report/printable';

/** Says on standard error what is wrong, each with what to do. */
export function tellProblems(problems: readonly ReadProblem[]): void {
  for (const { message, doThis } of problems)
    process.stderr.write(`nearmetal: ${printable(message)}\n${doThis === undefined ? '' : `  ${printable(doThis)}\n`}`);
}
