import type { Rule } from '#check/define-rule';

/** One section of the guide and the practices in it. */
export interface SectionCoverage {
  readonly section: string;
  readonly title: string;
  /** Practices with a rule. */
  readonly implemented: readonly { readonly id: string; readonly says: string }[];
  /** Practices of the catalogue that no rule implements yet. */
  readonly missing: readonly string[];
}

/** The whole guide, section by section, and what goes beyond it. */
export interface GuideCoverage {
  readonly schema: 'nearmetal.guide/1';
  readonly sections: readonly SectionCoverage[];
  readonly beyond: Omit<SectionCoverage, 'section' | 'title'>;
  readonly implemented: number;
  readonly practices: number;
}

/** What the guide holds, as data of the rules room. */
export interface GuideData {
  readonly sections: readonly (readonly [number: string, title: string])[];
  readonly catalogue: readonly (readonly [id: string, sections: readonly string[]])[];
}

/** Takes the guide's sections, the catalogue of practices and the rules there are; gives which practices have a rule and which have none. */
export function guideCoverage({ sections, catalogue }: GuideData, rules: readonly Rule[]): GuideCoverage {
  const byId = new Map(rules.map(rule => [rule.id, rule]));
  const split = (ids: readonly string[]): Omit<SectionCoverage, 'section' | 'title'> => ({
    implemented: ids.flatMap(id => {
      const rule = byId.get(id);
      return rule === undefined ? [] : [{ id, says: rule.says }];
    }),
    missing: ids.filter(id => !byId.has(id)),
  });
  const listed = new Set(catalogue.map(([id]) => id));
  const extra = rules.filter(rule => !listed.has(rule.id));
  return {
    schema: 'nearmetal.guide/1',
    sections: sections.map(([section, title]) => ({
      section,
      title,
      ...split([
        ...catalogue.filter(([, at]) => at.includes(section)).map(([id]) => id),
        ...extra.filter(rule => rule.guide.includes(section)).map(rule => rule.id),
      ]),
    })),
    beyond: split([
      ...catalogue.filter(([, at]) => at.length === 0).map(([id]) => id),
      ...extra.filter(rule => rule.guide.length === 0).map(rule => rule.id),
    ]),
    implemented: catalogue.filter(([id]) => byId.has(id)).length + extra.length,
    practices: catalogue.length + extra.length,
  };
}
