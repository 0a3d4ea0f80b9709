import type { Rule } from '#check/define-rule';
import { reads } from '#rules/reads.gen';

/** Gives the facts that a rule reads. Of the program's own rules it is written down; others are tried on their examples. */
export async function readsOf(rule: Rule): Promise<readonly string[]> {
  const there = reads[rule.id];
  if (there !== undefined) return there;
  const { factsOf } = await import('#cli/examples/facts-of');
  return factsOf(rule);
}
