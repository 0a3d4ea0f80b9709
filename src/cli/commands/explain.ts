import type { Rule } from '#check/define-rule';
import { waiverRules } from '#check/waiver-rules';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { sectionNumber, viewSection } from '#cli/explain-section';
import { jsonText, openOutput } from '#cli/output';
import { readsOf } from '#cli/rule-reads';
import { selectRules } from '#cli/select-rules';
import { readSettingsFiles, type SettingsOptions } from '#cli/settings/settings-files';
import { allRules } from '#cli/site-rules/all-rules';
import { tellProblems } from '#cli/tell-problems';
import { explainText } from '#report/human/explain-text';
import { intentText } from '#report/human/intent-text';
import { sectionText } from '#report/human/section-text';
import { ruleSheet } from '#report/rule-sheet';
import { intentTable } from '#rules/intent-table';
import { sections } from '#rules/sections';
import { isIntent } from '#wishes/intent';

/** Of a section with more rules than these only an overview is printed, unless all is asked for. */
const mostSheets = 12;

const isOfSection = (rule: Rule, number: string): boolean =>
  rule.guide.some(section => section === number || section.startsWith(`${number}.`));

/** `nearmetal explain`: all that the rules named say of themselves, and which facts they read; of an intent, what it asks for. */
export async function explain(given: readonly string[], options: CommonOptions & SettingsOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const intents = given.filter(isIntent);
  const words = given.filter(word => !isIntent(word));
  const all = await allRules(await readSettingsFiles(options));
  const { problems } = all;
  const rules = [...all.rules, ...waiverRules];
  const numbers = words.map(sectionNumber);
  // a section may hold no rule at all
  const others = words.flatMap((word, at) => {
    const number = numbers[at];
    return number === undefined ? [word] : rules.some(rule => isOfSection(rule, number)) ? [number] : [];
  });
  const chosen = given.length > 0 && others.length === 0 ? [] : selectRules(rules, others);
  const views = numbers.flatMap(number => (number === undefined ? [] : [viewSection(number, rules)]));
  const told = await Promise.all(chosen.map(async rule => ({ rule, reads: await readsOf(rule) })));
  if (options.format === 'json') {
    const data = told.map(({ rule: { needs: _needs, check: _check, scope, ...rule }, reads }) => ({
      ...rule,
      appliesTo: scope?.says,
      reads,
    }));
    const guide = views.map(({ rules: _rules, ...view }) => view);
    await output.write(
      jsonText({
        schema: 'nearmetal.explain/1',
        rules: data,
        ...(guide.length > 0 ? { guide } : {}),
        ...(intents.length > 0 ? { intents, table: intentTable } : {}),
      }),
    );
  } else {
    const titles = new Map(sections);
    const texts = [
      ...intents.map(intent => intentText(intent, intentTable, output.style)),
      ...views.map(view => sectionText(view, output.style)),
    ];
    const isLong = views.length > 0 && chosen.length > mostSheets && options.verbose !== true;
    if (isLong)
      texts.push(
        `${chosen.length} rules: nearmetal explain RULE, or a section below, tells all of them; so does -v here\n`,
      );
    else texts.push(...told.map(({ rule, reads }) => explainText(ruleSheet(rule, reads, titles), output.style)));
    await output.write(texts.join('\n'));
  }
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}
