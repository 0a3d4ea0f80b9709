import { exitCodes } from '#cli/exit-codes';

/** What is wrong with the request or its input: said in a line, with what to do; never with a stack trace. */
export class RequestError extends Error {
  /** 64 for the words of the call, 66 for an input that cannot be read. */
  readonly exitCode: number;
  readonly doThis: string | undefined;

  constructor(message: string, exitCode: number, doThis?: string) {
    super(message);
    this.name = 'RequestError';
    this.exitCode = exitCode;
    this.doThis = doThis;
  }
}

/** The words of the call are wrong. */
export const usageError = (message: string, doThis?: string): RequestError =>
  new RequestError(message, exitCodes.usage, doThis);

/** The input cannot be read. */
export const inputError = (message: string, doThis?: string): RequestError =>
  new RequestError(message, exitCodes.input, doThis);
