import { jsonText } from '#cli/output';
import type { Plan } from '#plan/plan';

/** The forms that `plan` prints. */
export const planFormats: readonly string[] = ['json'];

/** Gives a plan in a form of `planFormats`. */
export const renderPlan = async (plan: Plan): Promise<string> => jsonText(plan);
