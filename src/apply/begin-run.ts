import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Journal, openJournal } from '#apply/journal';
import type { BeginRecord } from '#apply/journal-record';
import type { Ledger } from '#apply/ledger';
import { sha256 } from '#apply/sha256';
import type { Target } from '#apply/target';
import type { Plan } from '#plan/plan';

/** Begins a run: gives it a number, keeps its plan, opens its journal. Throws as Node's fs does. */
export function beginRun(
  ledger: Ledger,
  target: Target,
  plan: Plan,
  begin: Omit<BeginRecord, 'record' | 'schema' | 'plan'>,
): { readonly run: string; readonly journal: Journal } {
  const run = ledger.begin();
  const folder = ledger.folderOf(run);
  const text = planText(plan);
  const file = openSync(join(folder, 'plan.json'), 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const journal = openJournal(join(folder, 'journal.jsonl'), target);
  journal.append({ record: 'begin', schema: 'nearmetal.journal/1', ...begin, plan: sha256(text) });
  return { run, journal };
}

/** A plan as the ledger keeps it. */
export const planText = (plan: Plan): string => `${JSON.stringify(plan, undefined, 1)}\n`;
