import { join } from 'node:path';
import { type Applied, type ApplyRequest, goThrough } from '#apply/apply-plan';
import { awaitStrays } from '#apply/await-strays';
import { openJournal } from '#apply/journal';
import type { RunStory } from '#apply/run-story';
import { tidyAfter } from '#apply/tidy-after';

/**
 * Takes up a run again: one that was broken off or interrupted, failed, or waits for a restart. What is made stays made; the rest is made as
 * it would have been. Guests that the run had shut down are started.
 */
export async function resumeRun(
  request: Omit<ApplyRequest, 'plan' | 'wants' | 'blockers'>,
  { run, plan, changes, stopped }: RunStory,
): Promise<Applied> {
  const { target, ledger, tool, by, abort } = request;
  await awaitStrays(target, changes, abort);
  for (const { steps } of changes) for (const step of steps) tidyAfter(target, step);
  const journal = openJournal(join(ledger.folderOf(run), 'journal.jsonl'), target);
  try {
    journal.append({ record: 'resume', tool, by });
    for (const guest of target.libvirt === undefined ? [] : stopped) {
      const domain = await target.libvirt?.domainByName(guest);
      if (domain === undefined) continue;
      if ((await target.libvirt?.isActive(domain)) === false) await target.libvirt?.startDomain(domain);
      journal.append({ record: 'guest-started', guest });
    }
    return await goThrough(request, { run, journal, plan, declined: new Set() });
  } finally {
    journal.close();
  }
}
