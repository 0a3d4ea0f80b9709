import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { renderPlan } from '#cli/render-plan';
import { sightOfPlace } from '#cli/sight-of-place';
import { version } from '#cli/version.gen';
import type { Place } from '#collect/machine';
import type { Machine } from '#model/machine';
import { makePlan } from '#plan/make-plan';
import { terminalStyle } from '#report/human/style';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { changeOrder } from '#rules/order';
import { intents } from '#wishes/intent';
import { noWishes } from '#wishes/wishes';

/**
 * Looks at what plans for this place look at, whatever its guests are for, beyond the facts: unit files, and settings that others own. A bundle that
 * holds what was looked at then gives the plan that the machine itself would give.
 */
export async function readForPlans(place: Place, machine: Machine): Promise<void> {
  const sight = sightOfPlace(place);
  // what changes a guest stands in its definition, which is a fact
  const ofHost = rules.filter(({ subject }) => subject === 'host');
  const style = terminalStyle(false, undefined);
  const ends = [noWishes, ...intents.map(intent => ({ ...noWishes, defaultIntents: [intent], hostIntents: [intent] }))];
  for (const wishes of ends) {
    const plan = makePlan({
      tool: `nearmetal ${version}`,
      machine,
      policy: wishes.policy,
      intents: wishes.defaultIntents,
      asked: new Set(),
      outcomes: resolveConflicts(runRules(machine, ofHost, wishes, new Date(0)), conflicts),
      order: changeOrder,
      sight,
    });
    await renderPlan(plan, 'human', { file: undefined, isVerbose: true, style, sight });
  }
}
