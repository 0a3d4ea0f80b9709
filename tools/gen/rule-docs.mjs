import { load } from './load.mjs';

/** docs/rules/AREA/NAME.md, one page a rule, and docs/rules/README.md, which lists them. */
export async function ruleDocs() {
  const { rules } = await load('src/rules/index.gen.ts');
  const { ruleIndexPage, rulePage } = await load('src/report/docs/rule-page.ts');
  return [
    ...rules.map(rule => ({ path: `docs/rules/${rule.id}.md`, text: rulePage(rule) })),
    { path: 'docs/rules/README.md', text: ruleIndexPage(rules) },
  ];
}
