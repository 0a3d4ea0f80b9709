import { jsonText } from '#cli/output';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import type { Style } from '#report/human/style';

/** How a plan is shown. */
interface Showing {
  /** The file that it was written to as JSON; undefined: nowhere. */
  readonly file: string | undefined;
  readonly isVerbose: boolean;
  readonly style: Style;
}

/** A form of a plan; what renders it is loaded when it is asked for. */
type Renderer = (plan: Plan, showing: Showing) => Promise<string>;

const renderers = {
  human: async (plan, { file, isVerbose, style }) =>
    (await import('#report/plan/plan-text')).planText(plan, { id: planId(plan), file, isVerbose }, style),
  json: async plan => jsonText(plan),
  diff: async plan => (await import('#report/plan/plan-diff')).planDiff(plan),
} as const satisfies Readonly<Record<string, Renderer>>;

/** The forms that `plan` prints, the usual one first. */
export const planFormats: readonly string[] = Object.keys(renderers);

/** Gives a plan in a form of `planFormats`. */
export async function renderPlan(plan: Plan, format: string, showing: Showing): Promise<string> {
  const known: Readonly<Record<string, Renderer>> = renderers;
  return (known[format] ?? renderers.human)(plan, showing);
}
