import type { FileResult } from '#transport/file-tree';

/** Read-only commands of a machine: run there, or their output kept in a bundle. */
export interface Commands {
  /** Takes the program and its arguments; gives standard output. `not-captured` where commands may not be run or the bundle has no output of it. */
  output(argv: readonly string[]): FileResult<string>;
}

/** No command is run: what only a command can tell stays unknown. */
export const noCommands: Commands = {
  output: () => ({ outcome: 'not-captured', reason: 'no command is run without --run' }),
};
