import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bounds of what is read of a folder. */
export interface FolderLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A folder holds more than may be read of it. */
export class FolderTooLarge extends Error {
  override readonly name = 'FolderTooLarge';
}

/**
 * Reads all regular files below a folder into memory, by path with slashes. Links are not followed, and like devices and pipes not
 * read: a folder that somebody sent cannot point at files of this machine. @throws FolderTooLarge, and what the system says of a file
 * that cannot be read
 */
export function folderFiles(folder: string, limits: FolderLimits): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const waiting = [''];
  let entries = 0;
  let bytes = 0;
  for (let under = waiting.pop(); under !== undefined; under = waiting.pop()) {
    for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
      if (++entries > limits.entries) throw new FolderTooLarge(`${folder} holds more than ${limits.entries} entries`);
      const path = `${under}${entry.name}`;
      if (entry.isDirectory()) waiting.push(`${path}/`);
      if (!entry.isFile()) continue;
      bytes += lstatSync(join(folder, path)).size;
      if (bytes > limits.bytes) throw new FolderTooLarge(`${folder} holds more than ${limits.bytes / 2 ** 20} MiB`);
      files.set(path, readFileSync(join(folder, path)));
    }
  }
  return files;
}
