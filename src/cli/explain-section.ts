import type { Rule } from '#check/define-rule';
import { listErrata } from '#report/errata';
import { guideCoverage } from '#report/guide-coverage';
import type { SectionView } from '#report/human/section-text';
import { catalogue, waitsFor } from '#rules/catalogue';
import { proseErrata } from '#rules/errata';
import { sectionTools } from '#rules/section-tools';
import { sections } from '#rules/sections';

/** Takes `7.4`, `§7.4`, `section 7.4`; gives the number where the guide has such a section. */
export function sectionNumber(word: string): string | undefined {
  const number = /^\s*(?:§\s*|sections?\s+|chapter\s+)?(\d+(?:\.\d+)*)\.?\s*$/i.exec(word)?.[1];
  return sections.some(([one]) => one === number) ? number : undefined;
}

/** Gives a section with all below it: rules, commands, errata. */
export function viewSection(number: string, rules: readonly Rule[]): SectionView {
  const isIn = (section: string): boolean => section === number || section.startsWith(`${number}.`);
  const coverage = guideCoverage({ sections, catalogue, waitsFor }, rules);
  return {
    sections: coverage.sections.filter(({ section }) => isIn(section)),
    tools: Object.entries(sectionTools).flatMap(([section, tools]) => (isIn(section) ? tools : [])),
    errata: listErrata(rules, proseErrata).filter(({ sections: at }) => at.some(isIn)),
    rules,
  };
}
