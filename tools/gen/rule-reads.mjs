import { load } from './load.mjs';

/** src/rules/reads.gen.ts: the facts that each rule reads, found by running its selectors over its examples. */
export async function ruleReads() {
  const { rules } = await load('src/rules/index.gen.ts');
  const { factsOf } = await load('src/cli/examples/facts-of.ts');
  const text = `// Generated from the rules and their examples by tools/gen.mjs. Do not edit.

/** The facts that each rule reads, as paths in the model, by its id. */
export const reads: Readonly<Record<string, readonly string[]>> = {
${rules
  .map(
    rule =>
      `  '${rule.id}': [${factsOf(rule)
        .map(fact => `'${fact}'`)
        .join(', ')}],\n`,
  )
  .join('')}};
`;
  return [{ path: 'src/rules/reads.gen.ts', text }];
}
