import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { keepCopy, stamp } from '#apply/keep-copy';

/** A file that was replaced. */
export interface ReplacedFile {
  /** The copy of what stood there, beside it. */
  readonly copy: string;
}

/**
 * Replaces the content of a file that still holds what was read: keeps a copy beside it (`NAME.pre-TIME`), writes the new text beside it
 * and renames it into place, so that nobody ever reads half of it; rights and owner stay, a link stays a link. Throws `FileChanged` where
 * somebody else was quicker, else as Node's fs does; then the file is as it was.
 */
export function replaceFile(path: string, before: Uint8Array, after: string | Uint8Array, at: Date): ReplacedFile {
  const target = realpathSync(path);
  if (!readFileSync(target).equals(before)) throw new FileChanged(path);
  const { mode, uid, gid } = statSync(target);
  const copy = keepCopy(`${target}.pre-${stamp(at)}`, before);
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, after);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    keepOwner(draft, uid, gid);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return { copy };
}

function keepOwner(path: string, uid: number, gid: number): void {
  const now = statSync(path);
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid);
}

/** The file is not what it was when it was read. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
  constructor(path: string) {
    super(`${path} has changed since it was read`);
  }
}
