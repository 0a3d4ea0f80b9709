import type { Departure, Rule } from '#check/define-rule';
import { departurePolicyWords } from '#report/errata';

/** All that is said of a rule, in the order in which a person reads it: pages and `explain` are two ways of setting it. */
export interface RuleSheet {
  readonly id: string;
  /** The practice, as a sentence. */
  readonly says: string;
  /** Why it matters. */
  readonly because: string;
  /** Sections of the guide with their titles; none: beyond the guide. */
  readonly guide: readonly GuideSection[];
  /** What it is, in a few words each. */
  readonly facts: readonly (readonly [name: string, says: string])[];
  /** What there is more of. Parts with nothing in them are left out. */
  readonly parts: readonly SheetPart[];
}

/** A section of the guide. */
export interface GuideSection {
  readonly number: string;
  readonly title: string;
}

/** A list, a table or a list of named texts. */
export interface SheetPart {
  /** A word or two for the margin. */
  readonly name: string;
  /** A heading. */
  readonly title: string;
  /** Of a table: what its columns are. */
  readonly columns?: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Takes a rule, the facts that it reads, and the titles of the guide's sections; gives all that is to be said of it. */
export function ruleSheet(rule: Rule, reads: readonly string[], titles: ReadonlyMap<string, string>): RuleSheet {
  return {
    id: rule.id,
    says: rule.says,
    because: rule.because,
    guide: rule.guide.map(number => ({ number, title: titles.get(number) ?? '' })),
    facts: factsOf(rule),
    parts: partsOf(rule, reads).filter(({ rows }) => rows.length > 0),
  };
}

function factsOf(rule: Rule): RuleSheet['facts'] {
  const facts: (readonly [string, string])[] = [];
  if (rule.beyond !== undefined) facts.push(['beyond the guide', rule.beyond]);
  facts.push(['severity', rule.severity]);
  facts.push(['judges', `each ${rule.subject === 'nic' ? 'network interface' : rule.subject}`]);
  if (rule.gate !== undefined) facts.push(['judged by', `plan and apply, never by check: ${rule.gate}`]);
  if (rule.scope !== undefined) facts.push(['applies to', rule.scope.says]);
  for (const [name, wanted] of Object.entries(rule.when ?? {}))
    facts.push([`when ${wordsOf(name)}`, [wanted].flat().join(' or ')]);
  if (rule.aliases !== undefined && rule.aliases.length > 0) facts.push(['also known as', rule.aliases.join(', ')]);
  if (rule.replacedBy !== undefined) facts.push(['replaced by', rule.replacedBy]);
  return facts;
}

function partsOf(rule: Rule, reads: readonly string[]): readonly SheetPart[] {
  const { experiment } = rule;
  return [
    {
      name: 'intents',
      title: 'Intents',
      columns: ['intent', 'stance', 'value'],
      rows: Object.entries(rule.intents).map(([intent, { level, want = '' }]) => [intent, level, want]),
    },
    {
      name: 'numbers',
      title: 'Numbers',
      columns: ['parameter', 'default', 'why'],
      rows: Object.entries(rule.params).map(([name, { default: value, unit, why }]) => [
        name,
        `${value} ${unit}`.trim(),
        why,
      ]),
    },
    {
      name: 'costs',
      title: 'What the fix costs',
      rows: rule.costs.length > 0 ? rule.costs.map(cost => [cost]) : [['Nothing known.']],
    },
    {
      name: 'departs',
      title: 'Where the guide errs or has aged',
      columns: ['erratum', 'the guide says', 'true is', 'source', 'under --policy guide it'],
      rows: (rule.departs ?? []).map(departureRow),
    },
    {
      name: 'experiment',
      title: 'How its effect is shown',
      columns: ['workload', 'metric', 'expected'],
      rows: experiment === undefined ? [] : [[experiment.workload, experiment.metric, experiment.expect]],
    },
    { name: 'reads', title: 'What is read', rows: reads.map(fact => [fact]) },
    {
      name: 'sources',
      title: 'Sources',
      columns: ['source', 'grade'],
      rows: rule.sources.map(({ at, grade }) => [at, grade]),
    },
    {
      name: 'examples',
      title: 'Examples',
      columns: ['case', 'outcome'],
      rows: rule.examples.map(({ name, expect, severity }) => [
        name,
        severity === undefined ? expect : `${expect}, ${severity}`,
      ]),
    },
  ];
}

const departureRow = (departure: Departure): readonly string[] => [
  (departure.errata ?? []).join(', '),
  departure.guideSays,
  departure.truth,
  departure.source,
  departurePolicyWords(departure) ?? '',
];

const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
