import { invert } from '#change/change';
import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { bordersOf } from '#units/version';
import { parameterValue } from '#wishes/parameter-value';

/** One thing that every rule is held to, and in what a rule falls short of it. */
export interface ConformanceCheck {
  readonly name: string;
  readonly faults: readonly string[];
}

/**
 * Holds a rule to what all rules are held to, those of nearmetal and those of a site: it says what and why and by which source, its
 * examples hold each kind of outcome and both sides of each border, each comes out as expected, and its numbers make sense.
 */
export function ruleConformance(rule: Rule): readonly ConformanceCheck[] {
  return [
    { name: 'it says what, why, by which source', faults: wordFaults(rule) },
    { name: 'its numbers are in their range', faults: numberFaults(rule) },
    { name: 'its examples hold a bad, a good and an unknown one', faults: coverageFaults(rule) },
    { name: 'each border of a version has an example on both sides', faults: borderFaults(rule) },
    ...rule.examples.map(example => ({
      name: `${example.name} is ${example.expect}`,
      faults: exampleFaults(rule, example),
    })),
  ];
}

/** What a rule lacks in words and sources. */
export function wordFaults(rule: Rule): readonly string[] {
  const isFolklore = rule.sources.every(({ grade }) => grade === 'folklore');
  const isMust = Object.values(rule.intents).some(({ level }) => level === 'must');
  const strays = (rule.departs ?? []).flatMap(({ guideParams = {} }) =>
    Object.keys(guideParams).filter(name => !Object.hasOwn(rule.params, name)),
  );
  return faultsOf([
    [/^\S.*\.$/s.test(rule.says), 'says is no sentence that ends with a full stop'],
    [/^\S.*\.$/s.test(rule.because), 'because is no sentence that ends with a full stop'],
    ...rule.sources.map(({ at }) => [at.length > 10, `the source "${at}" names no document and place`] as const),
    [!(isFolklore && isMust), 'it rests on folklore alone, and yet is a must'],
    [
      (rule.guide.length === 0) === (rule.beyond !== undefined),
      'it neither names sections of the guide nor says why it goes beyond it',
    ],
    ...strays.map(name => [false, `guideParams names ${name}, which is no parameter`] as const),
  ]);
}

const numberFaults = (rule: Rule): readonly string[] =>
  Object.entries(rule.params).flatMap(([name, shape]) => {
    const value = parameterValue(shape.default, shape);
    return typeof value === 'string' ? [`${name}: ${value}`] : [];
  });

/** Kinds of examples that a rule lacks, and names that stand twice. */
export function coverageFaults({ examples }: Rule): readonly string[] {
  const expected = new Set(examples.map(({ expect }) => expect));
  return faultsOf([
    ...(['bad', 'good', 'unknown'] as const).map(kind => [expected.has(kind), `there is no ${kind} example`] as const),
    [new Set(examples.map(({ name }) => name)).size === examples.length, 'two examples have the same name'],
  ]);
}

/** Version conditions without an example that is judged, or without one that is not. */
export function borderFaults({ when, examples }: Rule): readonly string[] {
  const ranges = { kernel: when?.kernel, qemu: when?.qemu, libvirt: when?.libvirt };
  const isJudged = examples.some(({ expect }) => expect === 'good' || expect === 'bad');
  const isOutside = examples.some(({ expect }) => expect === 'not-applicable');
  return Object.entries(ranges).flatMap(([name, range]) =>
    range !== undefined && bordersOf(range).length > 0 && !(isJudged && isOutside)
      ? [`${name} ${range}: there must be one that is judged and one that is not-applicable`]
      : [],
  );
}

/** In what an example comes out otherwise than expected, and in what its finding falls short. */
export function exampleFaults(rule: Rule, example: Example): readonly string[] {
  const outcome = exampleOutcomes(rule, example);
  if (outcome.outcome !== example.expect) {
    const why =
      outcome.outcome === 'crashed'
        ? `: ${outcome.error.stack ?? outcome.error.message}`
        : 'reason' in outcome
          ? `: ${outcome.reason}`
          : outcome.outcome === 'bad'
            ? `: ${outcome.finding.saw}`
            : '';
    return [`it is ${outcome.outcome}${why}`];
  }
  if (outcome.outcome !== 'bad') return [];
  const { fix = [], wish, otherwise } = outcome.finding;
  const kinds = fix.map(({ kind }) => kind);
  return faultsOf([
    [
      outcome.severity === (example.severity ?? outcome.severity),
      `its severity is ${outcome.severity}, not ${example.severity ?? ''}`,
    ],
    [
      example.fixes === undefined || example.fixes.join() === kinds.join(),
      `its fixes are ${kinds.join(', ') || 'none'}, not ${example.fixes?.join(', ') ?? ''}`,
    ],
    [fix.length > 0 || wish !== undefined || otherwise !== undefined, 'the finding does not say what to do'],
    [outcome.evidence.length > 0, 'the finding has no evidence'],
    ...fix.flatMap(change => {
      const kept: typeof change = JSON.parse(JSON.stringify(change));
      return [
        [JSON.stringify(invert(invert(kept))) === JSON.stringify(kept), `${change.kind}: its inverse is no swap`],
        [JSON.stringify(change.before) !== JSON.stringify(change.after), `${change.kind} changes nothing`],
      ] as const;
    }),
  ]);
}

const faultsOf = (claims: readonly (readonly [holds: boolean, otherwise: string])[]): readonly string[] =>
  claims.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]));
