import { jsonText } from '#cli/output';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import type { PlanScript } from '#plan/script/plan-script';
import type { Sight } from '#plan/sight';
import type { Style } from '#report/human/style';

/** How a plan is shown. */
interface Showing {
  /** The file that it was written to as JSON; undefined: nowhere. */
  readonly file: string | undefined;
  readonly isVerbose: boolean;
  readonly style: Style;
  /** The machine that it was made for, which exports look at again. */
  readonly sight: Sight;
}

/** A form of a plan; what renders it is loaded when it is asked for. */
type Renderer = (plan: Plan, showing: Showing) => Promise<string>;

const scriptOf = async (plan: Plan, sight: Sight): Promise<PlanScript> =>
  (await import('#plan/script/make-script')).makeScript(plan, sight);

const renderers = {
  human: async (plan, { file, isVerbose, style }) =>
    (await import('#report/plan/plan-text')).planText(plan, { id: planId(plan), file, isVerbose }, style),
  json: async plan => jsonText(plan),
  diff: async plan => (await import('#report/plan/plan-diff')).planDiff(plan),
  bash: async (plan, { sight }) =>
    (await import('#report/plan/script/bash-text')).bashText(await scriptOf(plan, sight)),
  ansible: async (plan, { sight }) =>
    (await import('#report/plan/script/ansible-text')).ansibleText(await scriptOf(plan, sight)),
  salt: async (plan, { sight }) =>
    (await import('#report/plan/script/salt-text')).saltText(await scriptOf(plan, sight)),
} as const satisfies Readonly<Record<string, Renderer>>;

/** The forms that `plan` prints, the usual one first. */
export const planFormats: readonly string[] = Object.keys(renderers);

/** Gives a plan in a form of `planFormats`. */
export async function renderPlan(plan: Plan, format: string, showing: Showing): Promise<string> {
  const known: Readonly<Record<string, Renderer>> = renderers;
  return (known[format] ?? renderers.human)(plan, showing);
}
