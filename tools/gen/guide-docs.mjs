import { load } from './load.mjs';

/** docs/guide/SECTION.md, one page a section of the guide, docs/guide/beyond.md, and docs/guide/README.md, which lists them. */
export async function guideDocs() {
  const { rules } = await load('src/rules/index.gen.ts');
  const { catalogue, waitsFor } = await load('src/rules/catalogue.ts');
  const { sections } = await load('src/rules/sections.ts');
  const { proseErrata } = await load('src/rules/errata.ts');
  const { sectionTools } = await load('src/rules/section-tools.ts');
  const { guideCoverage } = await load('src/report/guide-coverage.ts');
  const { listErrata } = await load('src/report/errata.ts');
  const { guidePages } = await load('src/report/docs/guide-pages.ts');
  const coverage = guideCoverage({ sections, catalogue, waitsFor }, rules);
  const pages = guidePages({ coverage, errata: listErrata(rules, proseErrata), rules, tools: sectionTools });
  return pages.map(({ name, text }) => ({ path: `docs/guide/${name}.md`, text }));
}
