import { lstatSync } from 'node:fs';
import type { FileStamp } from '#change/observed';

/** By what a regular file is told from another; undefined where there is none. Links are not followed: what is replaced is the name itself. Throws as Node's fs does. */
export function fileStamp(path: string): FileStamp | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return undefined;
  return { inode: String(found.ino), size: Number(found.size), modified: String(found.mtimeNs) };
}
