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
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>(done => {
      terminal.once('close', () => done(''));
      terminal.question(`${question} [y/N] `).then(done, () => done(''));
    });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
