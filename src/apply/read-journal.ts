import { readFileSync } from 'node:fs';
import type { StampedRecord } from '#apply/journal-record';
import { LedgerError } from '#apply/ledger-error';

/** The longest journal that is read: far more than any run writes. */
const mostBytes = 64 * 1024 ** 2;

/** Reads a journal. A last line that a crash broke off does not count; none at all where there is no file. Throws LedgerError `damaged`. */
export function readJournal(path: string): readonly StampedRecord[] {
  const text = readText(path);
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line, at) => (line === '' ? [] : [recordIn(line, `${path}:${at + 1}`)]));
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > mostBytes) throw damaged(`${path} is too long for a journal`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function recordIn(line: string, place: string): StampedRecord {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw damaged(`${place} is no record of a journal`);
}

/** Journals are written by us alone; what is asked is whether it is one of ours. */
const isRecord = (value: unknown): value is StampedRecord =>
  typeof value === 'object' && value !== null && 'record' in value && typeof value.record === 'string' && 'at' in value;

const damaged = (message: string): LedgerError =>
  new LedgerError('damaged', message, 'the objects of the run can still be put back one by one: nearmetal restore');
