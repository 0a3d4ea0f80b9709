import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { readsOf } from '#cli/rule-reads';
import { selectRules } from '#cli/select-rules';
import { explainText } from '#report/human/explain-text';
import { ruleSheet } from '#report/rule-sheet';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';

/** `nearmetal explain`: all that the rules named say of themselves, and which facts they read. */
export async function explain(words: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const chosen = selectRules(rules, words);
  const told = await Promise.all(chosen.map(async rule => ({ rule, reads: await readsOf(rule) })));
  if (options.format === 'json') {
    const data = told.map(({ rule: { needs: _needs, check: _check, scope, ...rule }, reads }) => ({
      ...rule,
      appliesTo: scope?.says,
      reads,
    }));
    await output.write(jsonText({ schema: 'nearmetal.explain/1', rules: data }));
  } else {
    const titles = new Map(sections);
    const sheets = told.map(({ rule, reads }) => ruleSheet(rule, reads, titles));
    await output.write(sheets.map(sheet => explainText(sheet, output.style)).join('\n'));
  }
  return exitCodes.ok;
}
