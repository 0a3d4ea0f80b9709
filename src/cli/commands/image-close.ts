import type { Attachment } from '#apply/attached/attachment';
import { type AttachmentLedger, attachmentLedger } from '#apply/attached/attachment-ledger';
import { changedSince, takeBack } from '#apply/attached/take-back';
import { LockHeld, takeLock } from '#apply/run-lock';
import { attachFailure } from '#cli/commands/image-open';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { realFolder } from '#cli/image-open/folder-for-image';
import { openOutput } from '#cli/output';
import { inputError, RequestError, usageError } from '#cli/request-error';
import { stateOf } from '#cli/state-folder';
import { systemWords } from '#cli/system-words';
import { tellRemarks } from '#cli/tell-remarks';
import { printable } from '#report/printable';

/** Options of `image close`. */
export type CloseOptions = CommonOptions & { readonly all?: boolean };

/**
 * `nearmetal image close FOLDER`: takes back what `image open` did there, from the last step to the first, also where that was broken off or who served
 * it has died. Refuses while somebody uses it.
 */
export async function imageClose(named: string | undefined, options: CloseOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const ledger = attachmentLedger(stateOf('/'));
  refuseStrangers(ledger);
  const lock = await lockOf(ledger);
  try {
    for (const one of chosen(ledger, named, options.all === true)) {
      const changed = one.way === 'reader' || one.way === 'kernel' ? changedSince(one) : [];
      await takeBack(ledger, one);
      tellRemarks(
        changed.map(path => `${path} was changed while it was open: what was read of it may not fit together`),
        options.quiet,
      );
      await output.write(`closed  ${printable(one.folder)}\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    throw attachFailure(error);
  } finally {
    await lock?.release();
  }
}

/** What root has opened only root may close. */
function refuseStrangers(ledger: AttachmentLedger): void {
  try {
    ledger.all();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    throw inputError(`${ledger.folder}: ${systemWords(error)}`, 'sudo nearmetal image close …');
  }
}

function chosen(ledger: AttachmentLedger, named: string | undefined, all: boolean): readonly Attachment[] {
  const open = ledger.all();
  if (all) {
    if (named !== undefined) throw usageError('image close takes a folder or --all');
    // what was opened within another is closed first
    return open.toSorted((one, other) => other.since.localeCompare(one.since));
  }
  const choice =
    open.length === 0
      ? 'nothing is open'
      : `open are ${open.map(({ folder }) => folder).join(', ')}; --all closes them`;
  if (named === undefined) throw usageError('which folder?', choice);
  const folder = realFolder(named);
  const found = open.filter(one => one.folder === folder);
  if (found.length === 0) throw inputError(`${folder} was not opened by nearmetal image open`, choice);
  return found;
}

/** Who may not write there has opened nothing. */
async function lockOf(ledger: AttachmentLedger): Promise<Awaited<ReturnType<typeof takeLock>> | undefined> {
  if (ledger.all().length === 0) return undefined;
  try {
    return await takeLock(ledger.folder, {
      pid: process.pid,
      boot: undefined,
      who: 'nearmetal image close',
      since: new Date().toISOString(),
    });
  } catch (error) {
    if (error instanceof LockHeld) throw new RequestError(error.message, exitCodes.locked, 'wait for its end');
    throw error;
  }
}
