import type { Plan } from '#plan/plan';

/**
 * Gives the unified diffs of a plan, one after the other, as patch(1) takes them; knobs, services and running guests have none and are left
 * out. Where a secret stands in a line around a change, the diff shows its mask, and patch refuses it.
 */
export const planDiff = ({ changes }: Pick<Plan, 'changes'>): string =>
  changes.map(({ diff }) => (diff.startsWith('--- ') ? diff.replace(/^then: .*\n/gm, '') : '')).join('');
