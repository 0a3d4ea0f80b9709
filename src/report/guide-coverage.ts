import type { Rule } from '#check/define-rule';

/** The practices of one section, or beyond the guide. */
export interface Coverage {
  /** Practices with a rule that check judges. */
  readonly implemented: readonly { readonly id: string; readonly says: string }[];
  /** Practices about changes: plan and apply ask for `gate`. */
  readonly gates: readonly { readonly id: string; readonly says: string; readonly gate: string }[];
  /** Practices that cannot be judged yet, and what they wait for. */
  readonly waiting: readonly { readonly id: string; readonly waitsFor: string }[];
  /** Practices of the catalogue without any of these. */
  readonly missing: readonly string[];
}

/** One section of the guide and the practices in it. */
export interface SectionCoverage extends Coverage {
  readonly section: string;
  readonly title: string;
}

/** The whole guide, section by section, and what goes beyond it. */
export interface GuideCoverage {
  readonly schema: 'nearmetal.guide/1';
  readonly sections: readonly SectionCoverage[];
  readonly beyond: Coverage;
  /** How many practices there are, and how many of each kind; a practice of several sections counts once. */
  readonly practices: number;
  readonly implemented: number;
  readonly gates: number;
  readonly waiting: number;
  readonly missing: number;
  /** Rules of the site's own folders, with the sections that they name; not counted above. */
  readonly site: readonly { readonly id: string; readonly says: string; readonly sections: readonly string[] }[];
}

/** What the guide holds, as data of the rules room. */
export interface GuideData {
  readonly sections: readonly (readonly [number: string, title: string])[];
  readonly catalogue: readonly (readonly [id: string, sections: readonly string[]])[];
  readonly waitsFor: Readonly<Record<string, string>>;
}

/** Takes the guide's sections, the catalogue of practices, the rules there are and the site's own; gives which practices have a rule, which are gates, which wait, and which are missing. */
export function guideCoverage(
  { sections, catalogue, waitsFor }: GuideData,
  rules: readonly Rule[],
  siteRules: readonly Rule[] = [],
): GuideCoverage {
  const byId = new Map(rules.map(rule => [rule.id, rule]));
  const split = (ids: readonly string[]): Coverage => {
    const found = ids.flatMap(id => byId.get(id) ?? []);
    const without = ids.filter(id => !byId.has(id));
    return {
      implemented: found.flatMap(({ id, says, judgedBy }) => (judgedBy === 'gate' ? [] : [{ id, says }])),
      gates: found.flatMap(({ id, says, judgedBy, gate = '' }) => (judgedBy === 'gate' ? [{ id, says, gate }] : [])),
      waiting: without.flatMap(id => {
        const reason = waitsFor[id];
        return reason === undefined ? [] : [{ id, waitsFor: reason }];
      }),
      missing: without.filter(id => waitsFor[id] === undefined),
    };
  };
  const listed = new Set(catalogue.map(([id]) => id));
  const extra = rules.filter(rule => !listed.has(rule.id)).map(rule => [rule.id, rule.guide] as const);
  const all = [...catalogue, ...extra];
  const idsWhere = (holds: (at: readonly string[]) => boolean): readonly string[] =>
    all.filter(([, at]) => holds(at)).map(([id]) => id);
  const whole = split(all.map(([id]) => id));
  return {
    schema: 'nearmetal.guide/1',
    sections: sections.map(([section, title]) => ({ section, title, ...split(idsWhere(at => at.includes(section))) })),
    beyond: split(idsWhere(at => at.length === 0)),
    practices: all.length,
    implemented: whole.implemented.length,
    gates: whole.gates.length,
    waiting: whole.waiting.length,
    missing: whole.missing.length,
    site: siteRules.map(({ id, says, guide }) => ({ id, says, sections: guide })),
  };
}
