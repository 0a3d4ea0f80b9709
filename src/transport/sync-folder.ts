import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Waits until the names in a folder are on the disk: a file that was made, renamed or taken away lasts only then. Throws as Node's fs does. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
