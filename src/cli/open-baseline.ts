import { statSync } from 'node:fs';
import { readInput } from '#cli/read-input';
import { inputError } from '#cli/request-error';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { type Baseline, readBaseline } from '#report/baseline';

/** A report of a thousand guests has some 100 MiB. */
const mostBytes = 512 * 2 ** 20;

/** Reads the file of `--since`, before anything is judged. Throws RequestError where it can't be read. */
export async function readEarlier(file: string): Promise<{ readonly file: string; readonly text: string }> {
  return { file, text: Buffer.from(await readInput(file, () => mostBytes)).toString('utf8') };
}

/** Takes an earlier report; gives it as a baseline for a machine. Throws RequestError for what is none, or of another machine. */
export function baselineFor(
  { file, text }: { readonly file: string; readonly text: string },
  machine: Machine,
): Baseline {
  const writtenAt = (statSync(file, { throwIfNoEntry: false })?.mtime ?? new Date()).toISOString();
  const read = readBaseline(text, { file, writtenAt, host: valueIfKnown(machine.host.id) });
  if ('fault' in read) throw inputError(read.fault, read.doThis);
  return read;
}
