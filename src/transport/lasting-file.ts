import { closeSync, fsyncSync, openSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '#transport/sync-folder';

/**
 * Writes a file that only its owner may read, whole or not at all: beside its place, then renamed into it. When it returns the file is
 * there even after a crash. Throws as Node's fs does.
 */
export function writeLasting(path: string, text: string): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** The names in a folder; none where it is not there. Throws as Node's fs does where it cannot be read. */
export function namesIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
