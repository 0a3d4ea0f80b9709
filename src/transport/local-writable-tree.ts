import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { linkResolver } from '#transport/link-resolver';
import { localTree } from '#transport/local-tree';
import { syncFolder } from '#transport/sync-folder';
import type { FileRights, StoredFile, WritableTree } from '#transport/writable-tree';

/** Takes the root of a machine's files, `/` or a folder; gives the tree, which can be changed. */
export function localWritableTree(root: string): WritableTree {
  const real = linkResolver(root, 'looked-up');
  return {
    ...localTree(root, { missing: 'absent', folders: 'looked-up' }),
    load: path => load(real(path)),
    store: (path, bytes, rights) => store(real(path), bytes, rights),
    tidy: path => tidy(real(path)),
    remove(path) {
      const at = real(path);
      if (statOf(at) === undefined) return;
      rmSync(at);
      syncFolder(dirname(at));
    },
    removeFolder(path) {
      const at = real(path);
      try {
        rmdirSync(at);
      } catch (error) {
        if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(codeOf(error))) return;
        throw error;
      }
      syncFolder(dirname(at));
    },
    mayWrite: path => mayWrite(real(path), /^\/(?:proc|sys)\//.test(path)),
    writeKnob: (path, text) => writeKnob(real(path), text),
  };
}

function load(at: string): StoredFile | undefined {
  const stat = statOf(at);
  if (stat === undefined) return undefined;
  refuseUnusual(at, stat);
  const file = openSync(at, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const { mode, uid, gid } = fstatSync(file);
    return { bytes: readFileSync(file), mode: mode & 0o7777, uid, gid };
  } finally {
    closeSync(file);
  }
}

function store(at: string, bytes: Uint8Array, rights: Partial<FileRights> = {}): void {
  const there = statOf(at);
  if (there !== undefined) refuseUnusual(at, there);
  makeFolders(dirname(at));
  const draft = draftOf(at);
  rmSync(draft, { force: true });
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      if (there !== undefined) copyAttributes(at, draft, file);
      writeFileSync(file, bytes);
      const { uid, gid } = fstatSync(file);
      const owner = { uid: rights.uid ?? there?.uid ?? uid, gid: rights.gid ?? there?.gid ?? gid };
      if (owner.uid !== uid || owner.gid !== gid) fchownSync(file, owner.uid, owner.gid);
      // after the owner: chown(2) takes set-user-ID bits away
      fchmodSync(file, (rights.mode ?? there?.mode ?? 0o644) & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, at);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(at));
  if (there === undefined) labelNewFile(at);
}

/** The name says whose it is, and no program takes it for a file of its own: they go by the ending, or skip names with a dot in front. */
const draftOf = (at: string): string => join(dirname(at), `.${basename(at)}.nearmetal`);

function tidy(at: string): void {
  const draft = draftOf(at);
  if (statOf(draft)?.isFile() === true) rmSync(draft);
}

/** Makes missing folders, the outermost first, each on the disk before the next. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o755 });
  syncFolder(dirname(folder));
}

/**
 * Gives an open file the rights, access lists and other attributes of another. Node has no call for extended attributes; cp of coreutils
 * does it, through the open file and not by its name: should we be killed, a cp that goes on makes no new file where one was tidied away.
 * Where it is another cp the label alone counts, and only under SELinux.
 */
function copyAttributes(from: string, to: string, open: number): void {
  spawnSync('cp', ['--attributes-only', '--preserve=all', '--', from, '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'ignore', open],
  });
  if (!hasSelinux()) return;
  const label = spawnSync('chcon', [`--reference=${from}`, '--', to], { stdio: 'ignore' });
  if (label.status !== 0)
    throw Object.assign(new Error(`the SELinux label of ${from} cannot be kept`), { code: 'ELABEL' });
}

/** A file has the label that the policy names for its path, not that of its folder. */
function labelNewFile(at: string): void {
  if (hasSelinux()) spawnSync('restorecon', [at], { stdio: 'ignore' });
}

const hasSelinux = (): boolean => existsSync('/sys/fs/selinux/enforce');

/** A file is replaced, so its folder counts; a knob is written to itself. */
function mayWrite(at: string, isKnob: boolean): boolean {
  try {
    accessSync(isKnob ? at : nearestFolder(at), constants.W_OK);
    return true;
  } catch (error) {
    // what is not there, or on a read-only file system, is not for want of rights
    return codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM';
  }
}

function nearestFolder(at: string): string {
  let folder = dirname(at);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** Opened as a shell would for `>`, and written at once: the kernel takes each write for a command of its own. */
function writeKnob(at: string, text: string): void {
  const bytes = Buffer.from(text);
  const file = openSync(at, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOCTTY);
  try {
    const written = writeSync(file, bytes);
    if (written !== bytes.length)
      throw Object.assign(new Error(`${at} took ${written} of ${bytes.length} bytes`), { code: 'EIO' });
  } finally {
    closeSync(file);
  }
}

const statOf = (at: string): Stats | undefined => {
  try {
    return lstatSync(at);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
};

function refuseUnusual(at: string, stat: Stats): void {
  if (!stat.isFile()) throw Object.assign(new Error(`${at} is no regular file`), { code: 'EISDIR' });
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
