import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { mountsAt } from '#apply/attached/attach-programs';
import { inputError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';

/** A folder at which files are to be seen. */
export interface FolderForImage {
  /** Absolute, links followed. */
  readonly path: string;
  readonly isNew: boolean;
}

/** Takes the folder that was named: an empty one, or one that can be made. Throws RequestError. */
export function folderForImage(named: string): FolderForImage {
  const path = realFolder(named);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { path, isNew: true };
  if (!stat.isDirectory()) throw inputError(`${path} is no folder`);
  const [mount] = mountsAt(path);
  if (mount !== undefined) throw inputError(`${mount.source} is mounted at ${path} already`);
  const [inner] = namesIn(path);
  if (inner !== undefined)
    throw inputError(`${path} is not empty: ${inner} would be hidden`, 'name an empty folder, or a new one');
  return { path, isNew: false };
}

/** The path of a folder without links; it itself is not looked at: who serves it may be dead. Throws RequestError where what is above it is not there. */
export function realFolder(named: string): string {
  const whole = resolve(named);
  if (whole === '/') throw inputError('/ is the root of this host');
  try {
    return realpathSync(whole);
  } catch {
    // it is yet to be made, or who serves it is dead
  }
  try {
    return join(realpathSync(dirname(whole)), basename(whole));
  } catch (error) {
    throw inputError(`${dirname(whole)}: ${systemWords(error)}`);
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw inputError(`${path}: ${systemWords(error)}`);
  }
}
