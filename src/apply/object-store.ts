import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LedgerError } from '#apply/ledger-error';
import { sha256 } from '#apply/sha256';
import { namesIfThere } from '#transport/lasting-file';
import { syncFolder } from '#transport/sync-folder';

/** Copies of what stood somewhere, each under the SHA-256 of its content, readable by their owner alone: they hold secrets. */
export interface ObjectStore {
  /** Keeps a copy, on the disk when this returns; gives its name. Throws LedgerError `no-room`, and as Node's fs does. */
  keep(content: string | Uint8Array): string;
  /** Gives a copy, whose checksum was verified. Throws LedgerError `missing` or `damaged`. */
  get(object: string): Uint8Array;
  /** Names of all copies, sorted. */
  list(): readonly string[];
  remove(object: string): void;
}

/** Opens the store in a folder, which is made with the first copy. */
export function objectStore(folder: string): ObjectStore {
  const pathOf = (object: string): string => join(folder, object);
  return {
    keep(content) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const object = sha256(bytes);
      if (isWhole(pathOf(object), object)) return object;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${object}.draft`);
      rmSync(draft, { force: true });
      try {
        writeDraft(draft, bytes);
        renameSync(draft, pathOf(object));
      } catch (error) {
        rmSync(draft, { force: true });
        if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
          throw new LedgerError(
            'no-room',
            `no space is left for a copy in ${folder}`,
            'make room there, then run the same again',
            { cause: error },
          );
        throw error;
      }
      syncFolder(folder);
      return object;
    },
    get(object) {
      if (!/^[0-9a-f]{64}$/.test(object)) throw missing(object);
      let bytes: Uint8Array;
      try {
        bytes = readFileSync(pathOf(object));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing(object);
        throw error;
      }
      if (sha256(bytes) !== object)
        throw new LedgerError(
          'damaged',
          `${pathOf(object)} does not hold what was put there`,
          'it is of no use any more; look for another backup of what it was',
        );
      return bytes;
    },
    list: () =>
      namesIfThere(folder)
        .filter(name => /^[0-9a-f]{64}$/.test(name))
        .sort(),
    remove: object => rmSync(pathOf(object), { force: true }),
  };
}

function writeDraft(draft: string, bytes: Uint8Array): void {
  const file = openSync(draft, 'wx', 0o600);
  try {
    fchmodSync(file, 0o600);
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A copy that is there already is kept, unless the disk has spoilt it. */
const isWhole = (path: string, object: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true && sha256(readFileSync(path)) === object;

const missing = (object: string): LedgerError =>
  new LedgerError(
    'missing',
    `the ledger has no object ${object}`,
    'nearmetal history lists the runs and what they keep',
  );
