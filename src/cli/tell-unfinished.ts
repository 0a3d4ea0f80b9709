import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unfinishedWords } from '#cli/unfinished-words';

/** Says on standard error that a run was broken off on this machine, where its ledger can be read and says so; nothing stands in the way of looking. */
export async function tellUnfinished(state: string): Promise<void> {
  if (!existsSync(join(state, 'ledger.json'))) return;
  const { openLedger } = await import('#apply/ledger');
  const { readRuns } = await import('#apply/read-runs');
  try {
    for (const story of readRuns(openLedger(state)).unfinished) {
      const { says, next } = unfinishedWords(story);
      process.stderr.write(`nearmetal: ${says}\n${next.map(one => `  ${one.says}: ${one.command}\n`).join('')}`);
    }
  } catch (error) {
    // whoever may not read the ledger, or has an older nearmetal, is told so by the commands that need it
    if (!(error instanceof Error)) throw error;
  }
}
