import { readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AttachError } from '#apply/attached/attach-error';
import { isAtWork, mountsAt, pidIn, runProgram, waitUntil } from '#apply/attached/attach-programs';
import type { Attachment, AttachStep, FileStamp } from '#apply/attached/attachment';
import type { AttachmentLedger } from '#apply/attached/attachment-ledger';
import { usersBelow } from '#apply/attached/users-below';
import type { Mount } from '#model/mount';

/** How long is waited for a process that has nothing more to serve. */
const patienceMs = 10_000;

/** The file in the folder of an attachment in which its server says which process it is. */
export const serverPid = 'server.pid';

/**
 * Takes back the steps of an attachment from the last to the first, as far as each is there: it may have been broken off anywhere, and the machine may
 * have been restarted since. Rejects with AttachError `in-use` where somebody works with it: then nothing was done.
 */
export async function takeBack(ledger: AttachmentLedger, one: Attachment): Promise<void> {
  const users = mountsAt(one.folder).length > 0 ? usersBelow(one.folder) : [];
  if (users.length > 0) throw inUse(one.folder, users);
  for (const step of one.steps.toReversed())
    if (step.step === 'make-folder' || one.boot === bootId()) await takeBackStep(ledger.folderOf(one.id), one, step);
  ledger.remove(one.id);
}

/** Which boot of this machine it is: nothing but folders outlives it. */
export const bootId = (): string | undefined => textOf('/proc/sys/kernel/random/boot_id');

/** Gives the files of an attachment that are no longer as they were: what was read of them may not fit together. */
export const changedSince = ({ stamps }: Attachment): readonly string[] =>
  stamps.filter(stamp => !isSame(stamp, stampOf(stamp.path))).map(({ path }) => path);

/** Gives a file as it is; undefined where it has gone. */
export function stampOf(path: string): FileStamp | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : { path, size: Number(stat.size), modified: String(stat.mtimeNs) };
}

const isSame = (one: FileStamp, other: FileStamp | undefined): boolean =>
  other !== undefined && one.size === other.size && one.modified === other.modified;

const inUse = (folder: string, users: readonly string[]): AttachError =>
  new AttachError('in-use', `${folder} is in use: ${users.join('; ')}`, 'let go of it, then close it again');

async function takeBackStep(own: string, one: Attachment, step: AttachStep): Promise<void> {
  switch (step.step) {
    case 'make-folder':
      removeFolder(step.path);
      return;
    case 'serve':
      unmount(step.folder, ({ source }) => source === step.source);
      await endServer(pidIn(join(own, serverPid)), one);
      return;
    case 'guestmount':
      unmount(step.folder, ({ source, type }) => source === '/dev/fuse' || type.startsWith('fuse'));
      return;
    case 'export':
      await endExport(step);
      return;
    case 'loop':
      await detachLoop(step);
      return;
    case 'mount': {
      const device = one.steps.flatMap(each => (each.step === 'loop' ? (each.device ?? []) : []))[0];
      // a helper in user space mounts under the device's name as well
      unmount(step.folder, ({ source }) => source === device);
      return;
    }
  }
}

function unmount(folder: string, isOurs: (mount: Mount) => boolean): void {
  const mounts = mountsAt(folder);
  if (!mounts.some(isOurs)) return;
  const top = mounts.at(-1);
  if (top !== undefined && !isOurs(top))
    throw new AttachError('in-use', `${top.source} is mounted over ${folder}`, `umount ${folder}, then close it again`);
  try {
    runProgram(['umount', folder]);
  } catch (error) {
    if (!(error instanceof AttachError) || !/busy/i.test(error.message)) throw error;
    const users = usersBelow(folder);
    throw inUse(folder, users.length > 0 ? users : ['by whom is not seen from here']);
  }
}

/** Who serves ends when nothing is mounted any more. */
async function endServer(pid: number | undefined, { id, folder }: Attachment): Promise<void> {
  if (await waitUntil(() => !isAtWork(pid, id), patienceMs)) return;
  throw new AttachError(
    'in-use',
    `process ${pid} serves it still: ${folder} is mounted in another mount namespace`,
    `nsenter --target ${pid} --mount nearmetal image close ${folder}`,
  );
}

async function endExport({ file, pidFile }: Extract<AttachStep, { step: 'export' }>): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid !== undefined && isAtWork(pid, file)) {
    process.kill(pid, 'SIGTERM');
    if (!(await waitUntil(() => !isAtWork(pid, file), patienceMs)))
      throw new AttachError('failed', `qemu-storage-daemon (process ${pid}) does not end`);
  }
  // one that was killed leaves its mount behind
  if (mountsAt(file).length > 0) runProgram(['umount', file]);
  rmSync(file, { force: true });
  rmSync(pidFile, { force: true });
}

/** A device of that number over another file is somebody else's. */
async function detachLoop({ device, file, offset }: Extract<AttachStep, { step: 'loop' }>): Promise<void> {
  if (device === undefined) return;
  const about = `/sys/block/${device.replace(/^\/dev\//, '')}/loop`;
  const isOurs = (): boolean =>
    textOf(`${about}/backing_file`) === file && textOf(`${about}/offset`) === String(offset);
  if (!isOurs()) return;
  runProgram(['losetup', '--detach', device]);
  // a device that somebody has open is let go of by the kernel when it is closed, not now
  if (!(await waitUntil(() => !isOurs(), patienceMs)))
    throw new AttachError('in-use', `${device} is in use`, `fuser -v ${device} says by whom`);
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // somebody has put something into it since: it is theirs now
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error;
  }
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
};
