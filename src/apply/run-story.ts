import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BeginRecord, RunResultName, Saved, StampedRecord, StepRecord } from '#apply/journal-record';
import type { Ledger } from '#apply/ledger';
import { LedgerError } from '#apply/ledger-error';
import { readJournal } from '#apply/read-journal';
import { sha256 } from '#apply/sha256';
import type { Plan, PlannedChange } from '#plan/plan';

/** What became of one change in one run, as the journal tells it. */
export interface ChangeStory {
  readonly planned: PlannedChange;
  /** `broken-off`: it was begun, and nothing says how it ended. `untouched`: nothing of it was done. */
  readonly state: 'untouched' | 'broken-off' | 'held' | 'not-live' | 'failed' | 'pending' | 'skipped';
  /** Steps that were begun, in order; those of several attempts follow each other. `reads`: what was read back, where it was. */
  readonly steps: readonly (StepRecord & { readonly isDone: boolean; readonly reads?: string | null })[];
  /** Folders that were made for it, the outermost first. */
  readonly folders: readonly string[];
  /** Why it failed, waits or was left out. */
  readonly why?: string;
  /** Changes whose effect it waits for. */
  readonly waitsFor: readonly number[];
  /** The boot in which it ended so. */
  readonly boot: string | null;
  /** Which run of its guest or daemon it was; see `lifeOf`. */
  readonly life?: string;
}

/** A run as its journal tells it. */
export interface RunStory {
  readonly run: string;
  readonly begin: BeginRecord;
  /** ISO 8601, UTC: the first record and the last. */
  readonly startedAt: string;
  readonly lastAt: string;
  /** The boot in which the last record was written. */
  readonly boot: string | null;
  readonly plan: Plan;
  readonly changes: readonly ChangeStory[];
  readonly saved: readonly Saved[];
  /** Undefined: the run never came to its end. */
  readonly result: RunResultName | undefined;
  /** Guests that were told to shut down and were not started again. */
  readonly stopped: readonly string[];
  /** Whether anything may have been changed. */
  readonly isReady: boolean;
}

/** Reads a run. Throws LedgerError `missing` or `damaged`; undefined where it never began. */
export function readRun(ledger: Ledger, run: string): RunStory | undefined {
  const folder = ledger.folderOf(run);
  const records = readJournal(join(folder, 'journal.jsonl'));
  const [begin] = records;
  if (begin === undefined) return undefined;
  if (begin.record !== 'begin') throw damaged(run, 'its journal has no beginning');
  if (begin.schema !== 'nearmetal.journal/1')
    throw new LedgerError(
      'newer',
      `run ${run} was written by a later nearmetal (${begin.tool})`,
      'use that nearmetal, or a newer one',
    );
  const plan = readStoredPlan(folder, run, begin.plan);
  const last = records.at(-1) ?? begin;
  // a run that is resumed is under way again
  const isEnded = last.record === 'end';
  return {
    run,
    begin,
    startedAt: begin.at,
    lastAt: last.at,
    boot: last.boot,
    plan,
    changes: plan.changes.map(planned => storyOf(planned, records)),
    saved: records.flatMap(one => (one.record === 'backup' ? [one.saved] : [])),
    result: isEnded ? last.result : undefined,
    stopped: stoppedGuests(records),
    isReady: records.some(({ record }) => record === 'ready'),
  };
}

function stoppedGuests(records: readonly StampedRecord[]): readonly string[] {
  const stopped = new Set<string>();
  for (const one of records) {
    if (one.record === 'guest-stopping') stopped.add(one.guest);
    if (one.record === 'guest-started') stopped.delete(one.guest);
  }
  return [...stopped];
}

function storyOf(planned: PlannedChange, records: readonly StampedRecord[]): ChangeStory {
  const steps: { -readonly [K in keyof ChangeStory['steps'][number]]: ChangeStory['steps'][number][K] }[] = [];
  const folders = new Set<string>();
  let ended: Omit<ChangeStory, 'planned' | 'steps' | 'folders'> = { state: 'untouched', waitsFor: [], boot: null };
  for (const one of records) {
    if (!('change' in one) || one.change !== planned.number) continue;
    const { boot } = one;
    const last = steps.at(-1);
    switch (one.record) {
      case 'intend':
        for (const folder of one.folders) folders.add(folder);
        ended = { state: 'broken-off', waitsFor: [], boot };
        break;
      case 'step':
        steps.push({ ...one, isDone: false });
        break;
      case 'done':
        if (last !== undefined) {
          last.isDone = true;
          if (one.reads !== undefined) last.reads = one.reads;
        }
        break;
      case 'held':
        ended = { state: 'held', waitsFor: [], boot, ...(one.life !== undefined && { life: one.life }) };
        break;
      case 'not-live':
        ended = { state: 'not-live', waitsFor: [], boot };
        break;
      case 'failed':
        ended = { state: 'failed', waitsFor: [], boot, why: one.why };
        break;
      case 'pending':
        ended = { state: 'pending', waitsFor: one.waitsFor, boot, why: one.why };
        break;
      case 'skipped':
        ended = { state: 'skipped', waitsFor: [], boot, why: one.why };
        break;
    }
  }
  return { planned, steps, folders: [...folders], ...ended };
}

/** The plan that stands beside the journal. It was written by us, and its checksum is in the journal. */
function readStoredPlan(folder: string, run: string, checksum: string): Plan {
  try {
    const text = readFileSync(join(folder, 'plan.json'), 'utf8');
    if (sha256(text) !== checksum) throw damaged(run, 'its plan is not the one that it began with');
    const value: unknown = JSON.parse(text);
    if (isPlan(value)) return value;
  } catch (error) {
    if (error instanceof LedgerError) throw error;
  }
  throw damaged(run, 'its plan cannot be read');
}

const isPlan = (value: unknown): value is Plan =>
  typeof value === 'object' &&
  value !== null &&
  'schema' in value &&
  value.schema === 'nearmetal.plan/1' &&
  'changes' in value &&
  Array.isArray(value.changes);

const damaged = (run: string, why: string): LedgerError =>
  new LedgerError(
    'damaged',
    `run ${run} is damaged: ${why}`,
    'its objects can still be put back one by one: nearmetal restore',
  );
