import { AttachError } from '#apply/attached/attach-error';
import { type Attachment, type AttachmentWay, stepWords } from '#apply/attached/attachment';
import { attachmentLedger } from '#apply/attached/attachment-ledger';
import { makeAttachment } from '#apply/attached/make-attachment';
import { imageUse } from '#apply/image-use';
import { takeLock } from '#apply/run-lock';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { folderForImage } from '#cli/image-open/folder-for-image';
import { type AttachmentPlan, planAttachment } from '#cli/image-open/plan-attachment';
import type { GuestDiskRequest } from '#cli/open-guest-disk';
import { jsonText, openOutput } from '#cli/output';
import { inputError, RequestError, usageError } from '#cli/request-error';
import { tellRemarks } from '#cli/tell-remarks';
import { withSession } from '#cli/writing-session';
import { attachmentText } from '#report/human/attachment-text';
import { attachmentJson } from '#report/json/attachment-json';

/** Options of `image open`. */
export type OpenOptions = CommonOptions &
  GuestDiskRequest & {
    readonly connect?: string;
    readonly with?: AttachmentWay;
    readonly force?: boolean;
    readonly dryRun?: boolean;
    readonly list?: boolean;
  };

/**
 * `nearmetal image open IMAGE… FOLDER`: shows the files of a guest that is off at a folder, read-only, by the safest way there is: its own reader where that
 * knows the file systems, guestmount where it is installed, the kernel of this host only where neither can. `image close` takes it back.
 */
export async function imageOpen(words: readonly string[], options: OpenOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const show = (all: readonly Attachment[]): Promise<void> =>
    output.write(options.format === 'json' ? jsonText(attachmentJson(all)) : attachmentText(all, output.style));
  return withSession(
    options,
    { kind: 'look', command: 'image open' },
    async ({ target, ledger: { folder: state }, by }) => {
      const ledger = attachmentLedger(state);
      if (options.list === true) {
        await show(ledger.all());
        return exitCodes.ok;
      }
      const images = words.slice(0, -1);
      const named = words.at(-1);
      if (named === undefined || images.length === 0)
        throw usageError(
          'image open takes an image and a folder',
          'nearmetal image open disk.qcow2 /mnt/guest; --list shows what is open',
        );
      const folder = folderForImage(named);
      const plan = planAttachment({ ...options, images, folder, ledger: ledger.folder });
      tellRemarks(plan.remarks, options.quiet);
      await refuseRunning(plan, options, async path => (await imageUse(target, path)).writers);
      if (options.dryRun === true) {
        await output.write(plan.attachment.steps.map(step => `${stepWords(step)}\n`).join(''));
        return exitCodes.ok;
      }
      if (process.geteuid?.() !== 0 && plan.attachment.way !== 'guestmount')
        throw usageError(
          'only root can mount',
          'sudo nearmetal image open …; nearmetal image ls and cat need no right but to read the image',
        );
      const lock = await takeLock(ledger.folder, {
        pid: process.pid,
        boot: target.identity.bootId,
        who: `${by}: nearmetal image open`,
        since: new Date().toISOString(),
      });
      try {
        const serve = [process.execPath, process.argv[1] ?? '', 'image', '__serve'];
        const made = await makeAttachment(ledger, plan.attachment, { serve });
        await show([made]);
        return exitCodes.ok;
      } catch (error) {
        throw attachFailure(error);
      } finally {
        await lock.release();
      }
    },
  );
}

/** What the programs say becomes a RequestError. */
export const attachFailure = (error: unknown): unknown =>
  error instanceof AttachError ? new RequestError(error.message, exitCodes.failure, error.doThis) : error;

async function refuseRunning(
  { files }: AttachmentPlan,
  { force, quiet }: OpenOptions,
  writersOf: (path: string) => Promise<readonly string[]>,
): Promise<void> {
  for (const path of files) {
    const writers = await writersOf(path);
    if (writers.length === 0) continue;
    const says = `${path} is being written to: ${writers.join('; ')}`;
    const why =
      'what is read of it meanwhile does not fit together: files that are half old and half new, folders without what is in them';
    if (force !== true)
      throw inputError(says, `${why}. Shut the guest down, take a snapshot and open that, or say --force`);
    tellRemarks([`${says}; ${why}`], quiet);
  }
}
