import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** All files under `folder` whose name ends in `ending`, sorted, as paths relative to the working directory. */
export async function filesUnder(folder, ending) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}
