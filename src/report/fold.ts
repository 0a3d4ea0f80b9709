import type { Rule } from '#check/define-rule';
import type { Outcome } from '#check/outcome';
import { outcomesOf } from '#check/outcomes-of';
import { severities } from '#check/verdict';
import { oncePer } from '#model/once-per';
import { alikeKey } from '#report/fingerprint';
import { type Pattern, patternOf } from '#report/pattern';
import { clipped } from '#report/printable';

/** A finding. */
export type Found = Extract<Outcome, { readonly outcome: 'bad' }>;

/** A finding, also one that somebody has waived. */
export type FoundOrWaived = Extract<Outcome, { readonly outcome: 'bad' | 'waived' }>;

/** Findings of one rule that differ only in their subject and in numbers or names, told once. */
export interface Folded {
  /** The first of them. */
  readonly found: Found;
  /** All of them, that one included. */
  readonly all: readonly [Found, ...Found[]];
}

/** Folds findings that are nearly the same; worst first, then host before guests, then as the rules stand. */
export function foldFindings(outcomes: readonly Outcome[]): readonly Folded[] {
  const groups = new Map<string, [Found, ...Found[]]>();
  for (const outcome of outcomesOf(outcomes, 'bad')) {
    // what is new is not hidden among what stands
    const key = [outcome.since ?? '', ...commonWords(outcome)].join(between);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  const rank = ({ found }: Folded): number =>
    severities.indexOf(found.severity) * 2 + (found.subject.kind === 'host' ? 0 : 1);
  return [...groups].map(([, all]) => ({ found: all[0], all })).sort((a, b) => rank(a) - rank(b));
}

/** Stands in no word and no frame of a sentence. */
const between = '\u0001';

/**
 * Gives the key that a finding shares with those that are nearly the same: of the rule, how grave it is, and what is said without its
 * numbers and names. Formats that keep findings apart carry it, so that a reader can fold them.
 */
export const alikeOf = (found: FoundOrWaived): string => alikeKey(...commonWords(found));

const commonWords = (found: FoundOrWaived): readonly string[] => [
  found.rule.id,
  found.severity,
  sentencePattern(found, found.finding.saw).frame,
  found.finding.wants === undefined ? '' : sentencePattern(found, found.finding.wants).frame,
];

/** Takes a sentence of a finding apart. */
export function sentencePattern(found: FoundOrWaived, sentence: string): Pattern {
  const { names, made } = patternsOf(found);
  const there = made.get(sentence);
  if (there !== undefined) return there;
  const text = clipped(sentence, mostOfSentence);
  const isOfNobody = !names.some(name => text.includes(name));
  const ofRule = sentencesOf(found.rule);
  const pattern = (isOfNobody ? ofRule.get(text) : undefined) ?? patternOf(text, names);
  if (isOfNobody) ofRule.set(text, pattern);
  made.set(sentence, pattern);
  return pattern;
}

/** The names of a finding's subject, and its sentences that were taken apart already: folding and telling ask for the same ones. */
const patternsOf = oncePer(({ subject, finding }: FoundOrWaived) => {
  const { name, guest, uuid } = subject;
  const parts = (finding.parts ?? []).slice(0, 50).map(({ key }) => key);
  const names = [name, guest, uuid, ...parts].filter(one => one !== undefined);
  return { names, made: new Map<string, Pattern>() };
});

/** Sentences without any name of their subjects: a rule says the same of a thousand. */
const sentencesOf = oncePer((_: Rule) => new Map<string, Pattern>());

/** Longer sentences, which only a hostile name makes, are cut. */
export const mostOfSentence = 2000;
