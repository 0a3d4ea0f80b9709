import { CommanderError } from 'commander';
import { exitCodes } from '#cli/exit-codes';
import { jsonText } from '#cli/output';
import { makeProgram } from '#cli/program';
import { RequestError, usageError } from '#cli/request-error';
import { tellProblems } from '#cli/tell-problems';

/** Takes the words after `nearmetal`; runs the command and gives the exit code. What is wrong is said on standard error in a line or two. */
export async function run(words: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader of a pipe has seen enough; anything else means that the result is not where it should be
    if (error.code !== 'EPIPE') process.exitCode = exitCodes.failure;
  });
  // nobody hears what is said there
  process.stderr.on('error', () => undefined);
  process.once('SIGINT', () => process.exit(exitCodes.interrupted));
  process.once('uncaughtException', error => process.exit(explainFailure(error, words)));
  let exitCode: number = exitCodes.ok;
  try {
    await makeProgram(code => {
      exitCode = code;
    }, words[0]).parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return explainFailure(error, words);
    if (error.exitCode === 0) return exitCodes.ok;
    // without a command the help was printed
    return error.code === 'commander.help' ? exitCodes.usage : explainFailure(misuse(error, words), words);
  }
}

/** What commander says of the words, in our form. */
function misuse({ message }: CommanderError, words: readonly string[]): RequestError {
  const [says = '', hint] = message.replace(/^error: /, '').split('\n');
  const command = words.find(word => /^[a-z]+$/.test(word));
  const isKnown = makeProgram(() => undefined).commands.some(one => one.name() === command);
  return usageError(
    says.replace(/\.$/, ''),
    hint?.replace(/^\((.*)\)$/, '$1') ?? `nearmetal ${isKnown ? `${command} ` : ''}--help lists what there is`,
  );
}

function explainFailure(error: unknown, words: readonly string[]): number {
  if (error instanceof RequestError) {
    const problems = error.problems.length > 0 ? error.problems : [{ message: error.message, doThis: error.doThis }];
    tellProblems(problems);
    const { message, doThis, exitCode } = error;
    printJson({ error: message, doThis, ...(problems.length > 1 ? { problems } : {}), exitCode }, words);
    return exitCode;
  }
  const message = `a fault of nearmetal itself: ${error instanceof Error ? error.message : String(error)}`;
  const doThis = 'please report it with the output of the same command under NEARMETAL_DEBUG=1';
  process.stderr.write(`nearmetal: ${message}\n`);
  if (process.env['NEARMETAL_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write(`  ${doThis}\n`);
  printJson({ error: message, doThis, exitCode: exitCodes.failure }, words);
  return exitCodes.failure;
}

/** Who asked for JSON gets one document, whatever happened. */
function printJson(failure: object, words: readonly string[]): void {
  const isWanted =
    words.includes('--format=json') || words.some((word, at) => word === '--format' && words[at + 1] === 'json');
  if (isWanted) process.stdout.write(jsonText({ schema: 'nearmetal.error/1', ...failure }));
}
