import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Gives the root of the working copy that a folder is in: the nearest folder upwards that holds `.git`, a folder or a file. */
export function workingCopyOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
