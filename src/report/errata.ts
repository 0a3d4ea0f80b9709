import type { Departure, Rule } from '#check/define-rule';
import type { ErrataDocument } from '#report/errata-schema';
import { compareNaturally } from '#units/natural-order';

/** Where the guide errs or has aged, in one place. */
export type Erratum = ErrataDocument['departures'][number];

/** Departures that no rule carries, as data of the rules room. */
export interface LooseErratum extends Pick<Departure, 'guideSays' | 'truth' | 'source'> {
  readonly number: string;
  readonly sections: readonly string[];
  readonly practice?: string;
}

/** Gives everything in which nearmetal departs from the guide, in the guide's order: what rules carry and what none carries. */
export function listErrata(rules: readonly Rule[], loose: readonly LooseErratum[]): readonly Erratum[] {
  const carried = rules.flatMap(rule =>
    (rule.departs ?? []).map(departure => ({
      errata: [...(departure.errata ?? [])],
      sections: [...rule.guide],
      rule: rule.id,
      guideSays: departure.guideSays,
      truth: departure.truth,
      source: departure.source,
      policy: policyOf(departure),
    })),
  );
  const uncarried = loose.map(({ number, sections, practice, guideSays, truth, source }) => ({
    errata: [number],
    sections: [...sections],
    ...(practice === undefined ? {} : { practice }),
    guideSays,
    truth,
    source,
    policy: { kind: 'no-rule' as const, says: 'no rule judges it' },
  }));
  return [...carried, ...uncarried].sort(
    (one, other) =>
      bySection(one, other) || compareNaturally(one.errata[0] ?? '', other.errata[0] ?? '') || byRule(one, other),
  );
}

const bySection = (one: Erratum, other: Erratum): number =>
  compareNaturally(one.sections[0] ?? '~', other.sections[0] ?? '~');

const byRule = (one: Erratum, other: Erratum): number => compareNaturally(one.rule ?? '', other.rule ?? '');

function policyOf({ guideParams, guideCheck, guideSame, guideCannot }: Departure): Erratum['policy'] {
  if (guideParams !== undefined) return { kind: 'numbers', numbers: { ...guideParams } };
  if (guideCheck !== undefined) return { kind: 'check', says: guideCheck };
  if (guideSame !== undefined) return { kind: 'same', says: guideSame };
  return guideCannot === undefined ? undefined : { kind: 'cannot', says: guideCannot };
}

/** What `--policy guide` makes of a departure, in words: `judged with full 16384`, `the same verdict: …`. */
export function policyWords(made: Erratum['policy']): string | undefined {
  switch (made?.kind) {
    case undefined:
      return undefined;
    case 'numbers':
      return `judges with ${Object.entries(made.numbers)
        .map(([name, value]) => `${name} ${value >= 1e9 ? 'without bound' : value}`)
        .join(', ')}`;
    case 'check':
      return `judges by its letter: ${made.says}`;
    case 'same':
      return `comes to the same: ${made.says}`;
    case 'cannot':
      return `cannot follow it: ${made.says}`;
    case 'no-rule':
      return made.says;
  }
}

/** What `--policy guide` makes of a departure, in words. */
export const departurePolicyWords = (departure: Departure): string | undefined => policyWords(policyOf(departure));
