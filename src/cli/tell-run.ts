import type { RunEvent } from '#apply/make-changes';
import { changeLines } from '#plan/state-words';
import { printable } from '#report/printable';

/** Gives what tells of a run while it goes on: a line for each change on standard error, where that is a terminal. */
export function tellRun(isQuiet: boolean): (event: RunEvent) => void {
  if (isQuiet || process.stderr.isTTY !== true) return () => undefined;
  return ({ planned, at, of, came }) => {
    const [line = planned.change.on] = changeLines(planned.change);
    if (came === undefined) process.stderr.write(`[${at}/${of}] ${printable(line)} … `);
    else process.stderr.write(`${words[came.result]}\n`);
  };
}

const words = {
  held: 'done',
  'not-live': 'not live',
  failed: 'failed',
  interrupted: 'interrupted',
  pending: 'waits',
  skipped: 'left',
};
