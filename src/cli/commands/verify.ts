import { movedSince, standings } from '#apply/standings';
import { exitCodes } from '#cli/exit-codes';
import { type JudgeOptions, judgePlace } from '#cli/judge-place';
import { jsonText, openOutput } from '#cli/output';
import { inputError } from '#cli/request-error';
import { sightOfPlace } from '#cli/sight-of-place';
import { standingViews } from '#cli/standing-views';
import { tellProblems } from '#cli/tell-problems';
import { unfinishedWords } from '#cli/unfinished-words';
import { version } from '#cli/version.gen';
import { withSession } from '#cli/writing-session';
import { subjectWords } from '#plan/ask';
import { makePlan } from '#plan/make-plan';
import type { VerifyView } from '#report/status/verify-view';
import { changeOrder } from '#rules/order';
import { receiptsOf } from '#verify/receipts';

/**
 * `nearmetal verify [RUN]`: looks again and judges again: did each change hold, did its finding go, has anything else moved. Changes nothing.
 */
export async function verify(run: string | undefined, options: JudgeOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  return withSession(options, { kind: 'look', command: 'verify' }, async ({ target, ledger, runs }) => {
    if (run !== undefined) ledger.folderOf(run);
    const found = await standings(target, runs, story => run === undefined || story.run === run);
    if (found.length === 0)
      throw inputError(
        run === undefined ? 'nothing was applied here' : `nothing of run ${run} is in place`,
        'nearmetal history lists the runs',
      );
    const said = [
      ...new Set(
        runs.stories.filter(story => found.some(one => one.run === story.run)).flatMap(({ plan }) => plan.intents),
      ),
    ];
    const [first] = runs.stories.filter(story => found.some(one => one.run === story.run));
    const policy = options.policy ?? first?.plan.policy;
    const intents = [...said, ...options.intent];
    const judged = await judgePlace(
      [],
      { ...options, intent: intents, ...(policy !== undefined && { policy }) },
      new Date(),
    );
    tellProblems(judged.problems);
    const { receipts, moved, result } = receiptsOf({
      runs,
      standings: found,
      moved: await movedSince(target, found),
      outcomes: judged.outcomes,
      rest: makePlan({
        ...judged,
        tool: `nearmetal ${version}`,
        intents,
        order: changeOrder,
        sight: sightOfPlace(judged.place),
      }),
      isLive: target.isLive,
      subjectWords,
    });
    const { hostName, id } = target.identity;
    const views = standingViews(found);
    const view: VerifyView = {
      version,
      host: { name: hostName, ...(id !== undefined && { id }) },
      unfinished: runs.unfinished.map(story => ({ run: story.run, ...unfinishedWords(story) })),
      receipts: receipts.flatMap(({ findings }, at) => {
        const change = views[at];
        return change === undefined ? [] : [{ change, findings }];
      }),
      moved,
      result,
    };
    if (options.format === 'json') {
      const { verifyJson } = await import('#report/status/verify-json');
      await output.write(jsonText(verifyJson(view)));
    } else {
      const { verifyText } = await import('#report/status/verify-text');
      await output.write(verifyText(view, output.style));
    }
    if (result === 'drift' || view.unfinished.length > 0) return exitCodes.notHolding;
    return result === 'waits' ? exitCodes.pending : exitCodes.ok;
  });
}
