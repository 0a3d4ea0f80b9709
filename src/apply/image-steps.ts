import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileStamp } from '#apply/file-stamp';
import { imageUse } from '#apply/image-use';
import { StepFailed } from '#apply/perform-step';
import type { RunContext } from '#apply/run-context';
import { systemReason } from '#apply/system-reason';
import type { Target } from '#apply/target';
import { draftOf } from '#change/kinds/image-file';
import type { FileStamp } from '#change/observed';
import type { Step, ToolCall } from '#change/step';
import { maskOutput } from '#formats/secrets/mask-output';
import { syncFolder } from '#transport/sync-folder';

type Build = Extract<Step, { readonly do: 'build-file' }>;
type Place = Extract<Step, { readonly do: 'place-file' }>;

/** Makes a file by programs. What was made of it is taken away where one of them fails or the run is interrupted. Rejects with StepFailed. */
export async function buildFile(
  { target, abort, progress }: Pick<RunContext, 'target' | 'abort' | 'progress'>,
  { path, like, modified, programs }: Build,
): Promise<void> {
  try {
    await system(path, () => prepare(path, like));
    for (const call of programs) await start(target, call, abort, progress);
    await system(path, () => {
      const rights = like === undefined ? undefined : statSync(like);
      if (rights !== undefined) {
        chownSync(path, rights.uid, rights.gid);
        chmodSync(path, rights.mode & 0o7777);
      }
      const seconds = Number(BigInt(modified) / 1_000_000n) / 1000;
      utimesSync(path, seconds, seconds);
      const file = openSync(path, 'r');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      syncFolder(dirname(path));
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** An empty file that nobody but the owner of the original may read, with its labels and access lists; programs fill it. */
function prepare(path: string, like: string | undefined): void {
  rmSync(path, { force: true });
  closeSync(openSync(path, 'wx', 0o600));
  if (like === undefined) return;
  rmSync(path);
  const copied = spawnSync('cp', ['--attributes-only', '--preserve=all', '--', like, path], { stdio: 'ignore' });
  if (copied.status !== 0) {
    rmSync(path, { force: true });
    closeSync(openSync(path, 'wx', 0o600));
  }
}

async function start(
  target: RunContext['target'],
  { argv, says, isFine = [0] }: ToolCall,
  abort: AbortSignal,
  progress: RunContext['progress'],
): Promise<void> {
  progress?.(says, undefined);
  let last = -1;
  const watch = (text: string): void => {
    // qemu-img -p: "    (12.34/100%)\r"
    const share = /\((\d{1,3}\.\d+)\/100%\)[^(]*$/.exec(text)?.[1];
    const percent = share === undefined ? last : Math.floor(Number(share));
    if (percent === last) return;
    last = percent;
    progress?.(says, percent);
  };
  const { code, output } = await target.run(argv, { watch, abort });
  if (abort.aborted) throw new StepFailed('interrupted');
  if (code !== undefined && isFine.includes(code)) return;
  const said = maskOutput(output.replaceAll(/\s*\(\d+\.\d+\/100%\)\s*/g, ''))
    .trim()
    .split('\n')
    .slice(-3)
    .join(' · ')
    .slice(0, 500);
  const name = argv.slice(0, argv[0] === 'qemu-img' ? 2 : 1).join(' ');
  const how = code === undefined ? 'was ended by a signal' : code === 127 ? 'is not installed' : `ended with ${code}`;
  throw new StepFailed(`${name} ${how}${said === '' ? '' : `: ${said}`}`);
}

/**
 * Puts a file into its place: what stands there gets its second name first, then the new one takes the place by one renaming, so that at every instant
 * the name leads to the one or the other. Rejects with StepFailed.
 */
export async function placeFile(target: Target, step: Place): Promise<void> {
  const { path, from, was } = step;
  try {
    if (was !== undefined) await refuseOther(target, path, was);
    await system(path, () => place(step));
  } catch (error) {
    if (from === draftOf(path)) removeDraft(from);
    throw error;
  }
}

function place({ path, from, keep, isNew }: Place): void {
  if (isNew && from !== undefined) {
    // a link, unlike a renaming, never takes the place of another
    if (!linked(from, path)) {
      if (inodeOf(path) !== undefined) throw taken(path);
      renameSync(from, path);
    } else rmSync(from);
    syncFolder(dirname(path));
    return;
  }
  if (keep !== undefined && inodeOf(path) !== undefined) keepAs(path, keep);
  if (from !== undefined) renameSync(from, path);
  else rmSync(path, { force: true });
  syncFolder(dirname(path));
}

/** Whoever opened the old file while the new one was built would go on with the old one. */
async function refuseOther(target: Target, path: string, was: FileStamp): Promise<void> {
  const now = fileStamp(path);
  if (now === undefined || now.inode !== was.inode || now.size !== was.size || now.modified !== was.modified)
    throw new StepFailed(`${path} was written to meanwhile`);
  const { users } = await imageUse(target, path);
  if (users.length > 0) throw new StepFailed(`${path} is in use since: ${users.join(', ')}`);
}

function keepAs(path: string, keep: string): void {
  const there = inodeOf(keep);
  if (there !== undefined && there === inodeOf(path)) return;
  if (there !== undefined) throw taken(keep);
  if (!linked(path, keep)) renameSync(path, keep);
  syncFolder(dirname(path));
}

/** Gives a file a second name; false where the file system has none. Throws where the name is taken. */
function linked(path: string, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return false;
    if (code === 'EEXIST') throw taken(name);
    throw error;
  }
}

const taken = (path: string): StepFailed => new StepFailed(`${path} is there already`);

const inodeOf = (path: string): bigint | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

async function system(path: string, use: () => void): Promise<void> {
  try {
    use();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined || error instanceof StepFailed) throw error;
    throw new StepFailed(`${path}: ${reason}`, { cause: error });
  }
}

/** Takes away what a build that was broken off left. */
export const removeDraft = (path: string): void => rmSync(path, { force: true });
