import { exitCodes } from '#cli/exit-codes';
import { nearest } from '#cli/nearest';
import type { ReadProblem } from '#cli/open-options';
import type { SettingsFault } from '#wishes/settings';

/** What is wrong with the request or its input: said in a line, with what to do; never with a stack trace. */
export class RequestError extends Error {
  /** 64 for the words of the call, 66 for an input that cannot be read, 1 for an output that cannot be written. */
  readonly exitCode: number;
  readonly doThis: string | undefined;
  /** All that is wrong, where it is more than the message. */
  readonly problems: readonly ReadProblem[];

  constructor(message: string, exitCode: number, doThis?: string, problems: readonly ReadProblem[] = []) {
    super(message);
    this.name = 'RequestError';
    this.exitCode = exitCode;
    this.doThis = doThis;
    this.problems = problems;
  }
}

/** The words of the call are wrong. */
export const usageError = (message: string, doThis?: string): RequestError =>
  new RequestError(message, exitCodes.usage, doThis);

/** The input cannot be read. */
export const inputError = (message: string, doThis?: string): RequestError =>
  new RequestError(message, exitCodes.input, doThis);

/** Of several inputs none can be read. */
export const inputErrors = (problems: readonly ReadProblem[]): RequestError =>
  new RequestError(problems[0]?.message ?? 'nothing to read', exitCodes.input, problems[0]?.doThis, problems);

/** The result cannot be written. */
export const outputError = (message: string, doThis?: string): RequestError =>
  new RequestError(message, exitCodes.failure, doThis);

/** Settings cannot be read as such: all that is wrong with them, each with its place and what was probably meant. */
export const settingsErrors = (faults: readonly SettingsFault[]): RequestError =>
  inputErrors(
    faults.map(({ place, message, doThis, meant }) => {
      const near = meant === undefined ? undefined : nearest(meant.word, meant.candidates);
      const hint = near === undefined ? undefined : `did you mean ${near}?`;
      return {
        message: `${place.file}:${place.line}:${place.column}: ${message}`,
        place,
        doThis: hint === undefined ? doThis : doThis === undefined ? hint : `${hint} ${doThis}`,
      };
    }),
  );
