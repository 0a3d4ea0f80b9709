import { exitCodes } from '#cli/exit-codes';
import { type JudgeOptions, judgePlace } from '#cli/judge-place';
import { openOutput } from '#cli/output';
import { renderPlan } from '#cli/render-plan';
import { sightOfPlace } from '#cli/sight-of-place';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { makePlan } from '#plan/make-plan';
import { changeOrder } from '#rules/order';

/** What `plan` understands. */
export type PlanOptions = JudgeOptions;

/** `nearmetal plan`: judges a place, and says what would put right what was found. Changes nothing. */
export async function plan(sources: readonly string[], options: PlanOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const judged = await judgePlace(sources, options, new Date());
  const { place, machine, policy, outcomes, problems } = judged;
  const made = makePlan({
    tool: `nearmetal ${version}`,
    machine,
    policy,
    intents: options.intent,
    outcomes,
    order: changeOrder,
    sight: sightOfPlace(place),
  });
  await output.write(await renderPlan(made));
  tellProblems(problems);
  if (outcomes.some(({ outcome }) => outcome === 'crashed')) return exitCodes.failure;
  if (problems.length > 0) return exitCodes.input;
  return made.changes.length > 0 ? exitCodes.findings : exitCodes.ok;
}
