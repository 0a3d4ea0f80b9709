import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { referenceFiles } from '#check/reference/reference-files';

/** Writes the files of the sound host, with some that differ, below a folder. */
export async function writeHostTree(folder: string, differs: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [path, text] of new Map([...referenceFiles(), ...Object.entries(differs)])) {
    if (text === null) continue;
    if (path.endsWith('/')) await mkdir(join(folder, path), { recursive: true });
    else {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text.endsWith('\n') || text === '' ? text : `${text}\n`);
    }
  }
}
