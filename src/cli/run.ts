import { CommanderError } from 'commander';
import { exitCodes } from '#cli/exit-codes';
import { jsonText } from '#cli/output';
import { makeProgram } from '#cli/program';
import { RequestError } from '#cli/request-error';

/** Takes the words after `nearmetal`; runs the command and gives the exit code. What is wrong is said on standard error in a line or two. */
export async function run(words: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader of a pipe has seen enough
    process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failure);
  });
  process.once('SIGINT', () => process.exit(exitCodes.interrupted));
  let exitCode: number = exitCodes.ok;
  try {
    await makeProgram(code => {
      exitCode = code;
    }).parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explainFailure(error, words);
  }
}

function explainFailure(error: unknown, words: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof RequestError) {
    process.stderr.write(`nearmetal: ${error.message}\n`);
    if (error.doThis !== undefined) process.stderr.write(`  ${error.doThis}\n`);
    if (wantsJson(words)) {
      process.stdout.write(
        jsonText({ schema: 'nearmetal.error/1', error: error.message, doThis: error.doThis, exitCode: error.exitCode }),
      );
    }
    return error.exitCode;
  }
  process.stderr.write(
    `nearmetal: a fault of nearmetal itself: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  if (process.env['NEARMETAL_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write('  please report it with the output of the same command under NEARMETAL_DEBUG=1\n');
  return exitCodes.failure;
}

const wantsJson = (words: readonly string[]): boolean =>
  words.includes('--format=json') || words.some((word, at) => word === '--format' && words[at + 1] === 'json');
