import type { CommonOptions } from '#cli/common-options';
import { factsOf } from '#cli/examples/facts-of';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { selectRules } from '#cli/select-rules';
import { explainText } from '#report/human/explain-text';
import { rules } from '#rules/index.gen';

/** `nearmetal explain`: all that the rules named say of themselves, and which facts they read. */
export async function explain(words: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const chosen = selectRules(rules, words);
  if (options.format === 'json') {
    const told = chosen.map(rule => {
      const { needs: _needs, check: _check, scope, ...data } = rule;
      return { ...data, appliesTo: scope?.says, reads: factsOf(rule) };
    });
    await output.write(jsonText({ schema: 'nearmetal.explain/1', rules: told }));
  } else await output.write(chosen.map(rule => explainText(rule, factsOf(rule), output.style)).join('\n'));
  return exitCodes.ok;
}
