import { load } from './load.mjs';

/** docs/rules/AREA/NAME.md, one page a rule, and docs/rules/README.md, which lists them. */
export async function ruleDocs() {
  const { rules } = await load('src/rules/index.gen.ts');
  const { reads } = await load('src/rules/reads.gen.ts');
  const { sections } = await load('src/rules/sections.ts');
  const { ruleSheet } = await load('src/report/rule-sheet.ts');
  const { ruleIndexPage, rulePage } = await load('src/report/docs/rule-page.ts');
  const titles = new Map(sections);
  return [
    ...rules.map(rule => ({
      path: `docs/rules/${rule.id}.md`,
      text: rulePage(ruleSheet(rule, reads[rule.id], titles)),
    })),
    { path: 'docs/rules/README.md', text: ruleIndexPage(rules) },
  ];
}
