import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { JournalRecord, StampedRecord } from '#apply/journal-record';
import { LedgerError } from '#apply/ledger-error';
import type { Target } from '#apply/target';
import { syncFolder } from '#transport/sync-folder';

/** The journal of a run, being written: JSON lines, each on the disk before anything else happens. */
export interface Journal {
  readonly path: string;
  /** Throws LedgerError `no-room` where the disk is full, and the reserve of the run was used up; then the journal is as it was. */
  append(record: JournalRecord): void;
  /** Whether the disk became full: the reserve is being written into, which is there to take back what was done. */
  readonly isShort: boolean;
  close(): void;
}

/** The file beside a journal that keeps room for it; taken away where the disk is full. */
export const reserveOf = (journal: string): string => join(dirname(journal), 'reserve');

/** Opens a journal, or begins it. What a crash left of a last line is cut off. Throws as Node's fs does. */
export function openJournal(path: string, { identity, now }: Pick<Target, 'identity' | 'now'>): Journal {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  fchmodSync(file, 0o600);
  const whole = readFileSync(file).lastIndexOf('\n') + 1;
  if (whole < fstatSync(file).size) ftruncateSync(file, whole);
  fsyncSync(file);
  syncFolder(dirname(path));
  let isShort = false;

  const write = (line: Uint8Array): void => {
    const { size } = fstatSync(file);
    try {
      for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
  };
  return {
    path,
    append(record) {
      const stamped: StampedRecord = {
        at: now().toISOString(),
        machine: identity.id ?? null,
        boot: identity.bootId ?? null,
        ...record,
      };
      const line = Buffer.from(`${JSON.stringify(stamped)}\n`);
      try {
        write(line);
      } catch (error) {
        if (!isFull(error)) throw error;
        isShort = true;
        rmSync(reserveOf(path), { force: true });
        try {
          write(line);
        } catch (again) {
          if (!isFull(again)) throw again;
          throw new LedgerError(
            'no-room',
            `no space is left for the journal ${path}`,
            'make room there, then run the same again',
            { cause: again },
          );
        }
      }
    },
    get isShort() {
      return isShort;
    },
    close: () => closeSync(file),
  };
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
