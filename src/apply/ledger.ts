import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError } from '#apply/ledger-error';
import { type ObjectStore, objectStore } from '#apply/object-store';
import { namesIfThere, writeLasting } from '#transport/lasting-file';
import { syncFolder } from '#transport/sync-folder';

/** The memory of all that was done to a machine: `runs/ID/{plan.json,journal.jsonl}` and the copies of what was there, `objects/SHA-256`. */
export interface Ledger {
  readonly folder: string;
  readonly objects: ObjectStore;
  /** Numbers of the runs that are kept, in order. */
  runs(): readonly string[];
  /** Gives a run of the next number its folder. Numbers are never given twice, so that `undo 7` means one thing for ever. */
  begin(): string;
  /** The folder of a run. Throws LedgerError `missing` where there is none of that number. */
  folderOf(run: string): string;
  remove(run: string): void;
}

/** The layout that this nearmetal writes; one that is older is read, one that is newer refused. */
const schema = 1;

/** Opens the ledger in a state folder; nothing is written before `begin`. Throws LedgerError `newer` or `damaged`. */
export function openLedger(folder: string): Ledger {
  const head = readHead(folder);
  if (head.schema > schema)
    throw new LedgerError(
      'newer',
      `${folder} was written by a later nearmetal (ledger of version ${head.schema}; this one knows ${schema})`,
      'use that nearmetal, or a newer one',
    );
  const folderOf = (run: string): string => join(folder, 'runs', run);
  const runs = (): readonly string[] =>
    namesIfThere(join(folder, 'runs'))
      .filter(name => /^[1-9]\d{0,8}$/.test(name))
      .sort((one, other) => Number(one) - Number(other));
  return {
    folder,
    objects: objectStore(join(folder, 'objects')),
    runs,
    begin() {
      const last = Math.max(readHead(folder).last, ...runs().map(Number), 0);
      const run = String(last + 1);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      mkdirSync(join(folder, 'runs'), { recursive: true, mode: 0o700 });
      writeHead(folder, last + 1);
      mkdirSync(folderOf(run), { mode: 0o700 });
      syncFolder(join(folder, 'runs'));
      return run;
    },
    folderOf(run) {
      if (/^[1-9]\d{0,8}$/.test(run) && existsSync(folderOf(run))) return folderOf(run);
      throw new LedgerError('missing', `there is no run ${run}`, 'nearmetal history lists the runs');
    },
    remove(run) {
      rmSync(folderOf(run), { recursive: true, force: true });
      syncFolder(join(folder, 'runs'));
    },
  };
}

interface Head {
  readonly schema: number;
  /** The last number that was given to a run. */
  readonly last: number;
}

const headPath = (folder: string): string => join(folder, 'ledger.json');

function readHead(folder: string): Head {
  let text: string;
  try {
    text = readFileSync(headPath(folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return { schema, last: 0 };
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'schema' in value && 'last' in value) {
      const version = /^nearmetal\.ledger\/(\d{1,4})$/.exec(String(value.schema))?.[1];
      if (version !== undefined && Number.isSafeInteger(value.last))
        return { schema: Number(version), last: Number(value.last) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LedgerError(
    'damaged',
    `${headPath(folder)} is no head of a ledger`,
    'the runs beside it may still be whole: move this file away and look with nearmetal history',
  );
}

const writeHead = (folder: string, last: number): void =>
  writeLasting(headPath(folder), `${JSON.stringify({ schema: `nearmetal.ledger/${schema}`, last })}\n`);
