import { prunable, pruneLedger } from '#apply/prune-ledger';
import type { Runs } from '#apply/read-runs';
import type { RunStory } from '#apply/run-story';
import { ask } from '#cli/ask';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { usageError } from '#cli/request-error';
import { copiesOf, savedWords } from '#cli/saved-words';
import { version } from '#cli/version.gen';
import { type WritingSession, withSession } from '#cli/writing-session';
import { planId } from '#plan/plan-id';
import type { HistoryRun, HistoryView } from '#report/history/history-view';

/** What `history prune` understands. */
export interface PruneOptions extends CommonOptions {
  readonly keep: number;
  /** Days. */
  readonly olderThan?: number;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `nearmetal history [RUN]`: the runs of this machine; of one also what it keeps. Changes nothing. */
export async function history(run: string | undefined, options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  return withSession(options, { kind: 'look', command: 'history' }, async ({ target, ledger, runs }) => {
    if (run !== undefined) ledger.folderOf(run);
    const { hostName, id } = target.identity;
    const view: HistoryView = {
      version,
      host: { name: hostName, ...(id !== undefined && { id }) },
      runs: runs.stories
        .filter(story => run === undefined || story.run === run)
        .map(story => runView(story, runs, run !== undefined)),
      ledger: ledger.folder,
    };
    if (options.format === 'json') {
      const { historyJson } = await import('#report/history/history-json');
      await output.write(jsonText(historyJson(view)));
    } else {
      const { historyText } = await import('#report/history/history-text');
      await output.write(historyText(view, output.style));
    }
    return exitCodes.ok;
  });
}

function runView(story: RunStory, runs: Runs, isAlone: boolean): HistoryRun {
  const { run, begin, startedAt, lastAt, plan, result, changes } = story;
  return {
    run,
    doing: begin.doing,
    ...(begin.of !== undefined && { of: begin.of }),
    startedAt,
    endedAt: lastAt,
    by: begin.by,
    tool: begin.tool,
    plan: planId(plan),
    result: result ?? (runs.unfinished.includes(story) ? 'unfinished' : 'interrupted'),
    changes: changes.length,
    inPlace: runs.inPlace(story).length,
    ...(isAlone && { objects: copiesOf(story).map(({ object, saved }) => ({ object, of: savedWords(saved) })) }),
  };
}

/** `nearmetal history prune`: takes away runs of which nothing is in place, but for the last ones, and copies that nobody needs. */
export async function prune(options: PruneOptions): Promise<number> {
  const { keep, olderThan, yes, dryRun } = options;
  if (yes !== true && dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
  const output = openOutput(options.output, options.color);
  const kind = dryRun === true ? 'look' : 'write';
  return withSession(options, { kind, command: 'history prune' }, async session => {
    const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan * 86_400_000);
    const going = prunable(session.runs, { keep, before });
    const count = `${going.runs.length} ${going.runs.length === 1 ? 'run' : 'runs'}`;
    const lost =
      going.inPlace.length === 0
        ? ''
        : `; of ${going.inPlace.length} something is in place, which could not be taken back any more`;
    if (dryRun === true || (yes !== true && !(await ask(`Take ${count} away${lost}?`)))) {
      await output.write(told(session, options, going.runs, undefined, `${count} would go${lost}\n`));
      return exitCodes.ok;
    }
    const copies = pruneLedger(session.ledger, going);
    await output.write(told(session, options, going.runs, copies, `${count} and ${copies} copies went\n`));
    return exitCodes.ok;
  });
}

const told = (
  { ledger }: WritingSession,
  { format }: PruneOptions,
  runs: readonly RunStory[],
  copies: number | undefined,
  text: string,
): string =>
  format === 'json'
    ? jsonText({
        schema: 'nearmetal.prune/1',
        tool: { name: 'nearmetal', version },
        runs: runs.map(({ run }) => run),
        copies,
        ledger: ledger.folder,
      })
    : text;
