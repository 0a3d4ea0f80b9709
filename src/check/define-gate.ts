import type { Rule, RuleDefinition } from '#check/define-rule';
import { notApplicable } from '#check/verdict';
import type { SubjectKind } from '#check/views';

/** A practice about changes, not about machines: plan and apply hold themselves to it. `gate` says what they ask for. */
export type GateDefinition = Omit<
  RuleDefinition<SubjectKind, unknown, string>,
  'needs' | 'check' | 'examples' | 'judgedBy' | 'scope' | 'when' | 'experiment'
> & { readonly gate: string };

/**
 * Makes a rule of a gate: it is listed and explained with the others. A machine as found can neither follow nor break it, so check
 * never judges it, and it has no examples.
 */
export const defineGate = (gate: GateDefinition): Rule => ({
  ...gate,
  judgedBy: 'gate',
  needs: {},
  check: () => notApplicable('judged by plan and apply, when something is changed'),
  examples: [],
});
