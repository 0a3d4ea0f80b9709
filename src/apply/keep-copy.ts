import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Keeps what stood there before a change: writes it to a file that nobody else may read (definitions hold secrets) and waits until it is
 * on the disk. Never writes over a copy: where one of that name is there, a number is added. Gives the path. Throws as Node's fs does.
 */
export function keepCopy(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}.${number}`;
    try {
      const file = openSync(name, 'wx', 0o600);
      try {
        fchmodSync(file, 0o600);
        writeFileSync(file, content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      syncFolder(dirname(path));
      return name;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || number > 999) throw error;
    }
  }
}

/** The name of a file lasts only once its folder is on the disk. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Where copies of an object are kept: below the state folder, one folder for each object, by time; `object` is made a name of a file. */
export const copyPath = (stateFolder: string, object: string, at: Date, ending: string): string =>
  join(
    stateFolder,
    'backup',
    object
      .replaceAll(/[^\w.@-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 120),
    `${stamp(at)}${ending}`,
  );

/** `20261122T211500Z`. */
export const stamp = (at: Date): string => at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
