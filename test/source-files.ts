import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the sources of the program, without tests. */
export const sourceFiles = (folder = 'src'): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map(entry => join(entry.parentPath, entry.name));
