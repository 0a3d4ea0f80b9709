import type { CommonOptions } from '#cli/common-options';
import { openOutput } from '#cli/output';
import { usageError } from '#cli/request-error';
import { undoAndShow } from '#cli/undo-and-show';
import { withSession } from '#cli/writing-session';

/** What `undo` understands. */
export interface UndoOptions extends CommonOptions {
  readonly change: readonly number[];
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `nearmetal undo RUN [--change N]`: takes a run back, the last change first; itself a run that can be undone. */
export async function undo(run: string, options: UndoOptions): Promise<number> {
  if (options.yes !== true && options.dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
  const output = openOutput(options.output, options.color);
  const isDry = options.dryRun === true;
  return withSession(options, { kind: isDry ? 'look' : 'write', command: `undo ${run}` }, session =>
    undoAndShow(
      session,
      run,
      { only: options.change.length === 0 ? undefined : options.change, isYes: options.yes === true, isDry },
      options,
      output,
    ),
  );
}
