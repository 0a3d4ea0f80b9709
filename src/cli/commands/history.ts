import { keptImages } from '#apply/kept-images';
import type { Runs } from '#apply/read-runs';
import type { RunStory } from '#apply/run-story';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { copiesOf, savedWords } from '#cli/saved-words';
import { version } from '#cli/version.gen';
import { withSession } from '#cli/writing-session';
import { planId } from '#plan/plan-id';
import type { HistoryRun, HistoryView } from '#report/history/history-view';

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
        .map(story => ({
          ...runView(story, runs),
          ...(run !== undefined && { objects: objectsOf(story), images: keptImages(target, runs, [story]) }),
        })),
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

function runView(story: RunStory, runs: Runs): HistoryRun {
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
  };
}

const objectsOf = (story: RunStory): HistoryRun['objects'] & object =>
  copiesOf(story).map(({ object, saved }) => ({ object, of: savedWords(saved) }));
