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

/** Gives what tells how far a program is: percent behind the line of its change, where that is a terminal. */
export function tellProgress(isQuiet: boolean): (says: string, percent: number | undefined) => void {
  if (isQuiet || process.stderr.isTTY !== true) return () => undefined;
  let shown = 0;
  return (says, percent) => {
    const text = percent === undefined ? `${says} ` : `${says} ${bar(percent)} ${percent} % `;
    process.stderr.write(`${'\b'.repeat(shown)}${' '.repeat(shown)}${'\b'.repeat(shown)}${text}`);
    shown = text.length;
  };
}

const bar = (percent: number): string => `[${'#'.repeat(Math.floor(percent / 5)).padEnd(20, '.')}]`;
