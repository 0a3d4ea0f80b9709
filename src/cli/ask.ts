import { createInterface } from 'node:readline/promises';
import { usageError } from '#cli/request-error';

/**
 * Asks a question on standard error that is answered with y or n; everything but yes is no, as is the end of input. Throws RequestError
 * where nobody can be asked: who runs it from a script says --yes.
 */
export async function ask(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
  return /^y(?:es)?$/i.test(await answerTo(`${question} [y/N] `));
}

/** Asks a question with several answers, each by its first letter; undefined for none of them, as for the end of input, and where nobody can be asked. */
export async function choose<T extends string>(question: string, answers: readonly T[]): Promise<T | undefined> {
  if (process.stdin.isTTY !== true) return undefined;
  const said = (await answerTo(`${question} [${answers.join(' / ')}] `)).toLowerCase();
  return said === '' ? undefined : answers.find(answer => answer.startsWith(said));
}

async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>(done => {
      terminal.once('close', () => done(''));
      terminal.question(question).then(done, () => done(''));
    });
    return answer.trim();
  } finally {
    terminal.close();
  }
}
