import type { ApplyOptions } from '#cli/apply-options';
import { judgePlace } from '#cli/judge-place';
import { readInput } from '#cli/read-input';
import { inputError } from '#cli/request-error';
import { sightOfPlace } from '#cli/sight-of-place';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { makePlan } from '#plan/make-plan';
import type { Plan } from '#plan/plan';
import { PlanFault, readPlan } from '#plan/read-plan';
import { changeOrder } from '#rules/order';

/** The longest plan that is read. */
const mostBytes = 64 * 1024 ** 2;

/** Gives the plan of a file (`-`: standard input), or makes one of what the options choose. Throws RequestError. */
export async function planForApply(file: string | undefined, options: ApplyOptions): Promise<Plan> {
  if (file !== undefined) return readPlanFile(file);
  const { place, machine, policy, asked, outcomes, problems } = await judgePlace([], options, new Date());
  tellProblems(problems);
  return makePlan({
    tool: `nearmetal ${version}`,
    machine,
    policy,
    intents: options.intent,
    asked,
    outcomes,
    order: changeOrder,
    sight: sightOfPlace(place),
  });
}

async function readPlanFile(file: string): Promise<Plan> {
  const bytes = await readInput(file, () => mostBytes);
  try {
    return readPlan(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof PlanFault)
      throw inputError(`${file}: ${error.place}: ${error.message}`, 'plans are made by nearmetal plan -o FILE');
    throw error;
  }
}
