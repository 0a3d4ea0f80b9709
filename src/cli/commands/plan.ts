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
export interface PlanOptions extends JudgeOptions {
  /** Whether `--format` was given, and is not the usual one. */
  readonly isFormatSaid?: boolean;
}

/**
 * `nearmetal plan`: judges a place, and says what would put right what was found. Changes nothing. With `-o` alone the plan goes to the file
 * as `apply` reads it, and the report for people to standard output.
 */
export async function plan(sources: readonly string[], options: PlanOptions): Promise<number> {
  const { output: file, color, format, quiet, verbose = false } = options;
  const isKept = file !== undefined && file !== '-' && options.isFormatSaid !== true;
  const kept = isKept ? openOutput(file, color) : undefined;
  const output = openOutput(isKept ? undefined : file, color);
  const judged = await judgePlace(sources, options, new Date());
  const { place, machine, policy, asked, outcomes, problems } = judged;
  const sight = sightOfPlace(place);
  const made = makePlan({
    tool: `nearmetal ${version}`,
    machine,
    policy,
    intents: options.intent,
    asked,
    outcomes,
    order: changeOrder,
    sight,
  });
  const showing = { file: isKept ? file : undefined, isVerbose: verbose, style: output.style, sight };
  await kept?.write(await renderPlan(made, 'json', showing));
  if (kept === undefined || quiet !== true) await output.write(await renderPlan(made, format, showing));
  tellProblems(problems);
  if (outcomes.some(({ outcome }) => outcome === 'crashed')) return exitCodes.failure;
  if (problems.length > 0) return exitCodes.input;
  return made.changes.length > 0 ? exitCodes.findings : exitCodes.ok;
}
