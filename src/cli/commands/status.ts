import { movedSince, standings } from '#apply/standings';
import { undoneWaiting } from '#apply/undone-waiting';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { standingViews } from '#cli/standing-views';
import { unfinishedWords } from '#cli/unfinished-words';
import { version } from '#cli/version.gen';
import { withSession } from '#cli/writing-session';
import type { StatusView } from '#report/status/status-view';
import { threeWay } from '#verify/three-way';

/** `nearmetal status`: what is ours on this machine, what drifted, what waits. Changes nothing. */
export async function status(options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  return withSession(options, { kind: 'look', command: 'status' }, async ({ target, ledger, runs }) => {
    const found = await standings(target, runs);
    const undone = await undoneWaiting(target, runs);
    const { hostName, id } = target.identity;
    const view: StatusView = {
      version,
      host: { name: hostName, ...(id !== undefined && { id }) },
      unfinished: runs.unfinished.map(story => ({ run: story.run, ...unfinishedWords(story) })),
      changes: standingViews(found),
      undone: standingViews(undone),
      knobs: threeWay(found),
      moved: await movedSince(target, found),
      ledger: ledger.folder,
    };
    if (options.format === 'json') {
      const { statusJson } = await import('#report/status/status-json');
      await output.write(jsonText(statusJson(view)));
    } else {
      const { statusText } = await import('#report/status/status-text');
      await output.write(statusText(view, output.style, options.verbose === true));
    }
    if (view.unfinished.length > 0 || found.some(({ is }) => lost.has(is))) return exitCodes.notHolding;
    const isWaiting = undone.length > 0 || found.some(({ is }) => is === 'waits' || is === 'pending');
    return isWaiting ? exitCodes.pending : exitCodes.ok;
  });
}

const lost: ReadonlySet<string> = new Set(['drifted', 'taken-back', 'broken-off', 'failed', 'unreadable']);
