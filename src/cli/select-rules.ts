import type { Rule } from '#check/define-rule';
import { nearest } from '#cli/nearest';
import { usageError } from '#cli/request-error';

/**
 * Takes words, each a rule's id, its name without the area, an alias, an area or a section of the guide (`4.1` means all below it). Gives the rules meant, all
 * where no word is given. A word that names nothing is a usage error with the nearest that would.
 */
export function selectRules(rules: readonly Rule[], words: readonly string[]): readonly Rule[] {
  if (words.length === 0) return rules;
  const chosen = new Set<Rule>();
  for (const word of words) {
    const meant = rules.filter(rule => isMeant(rule, word));
    if (meant.length === 0) {
      const areas = [...new Set(rules.map(rule => areaOf(rule)))];
      const near = /\d/.test(word)
        ? undefined
        : nearest(word, [...rules.map(rule => rule.id), ...areas, ...bareNames(rules)]);
      throw usageError(
        `no rule, area or section is called "${word}"`,
        near === undefined ? 'nearmetal guide lists all' : `did you mean ${near}? nearmetal guide lists all`,
      );
    }
    for (const rule of meant) chosen.add(rule);
  }
  return rules.filter(rule => chosen.has(rule));
}

/** Gives the ids of rules that words name one by one, by id, alias or name; areas and sections name none. */
export const namedRules = (rules: readonly Rule[], words: readonly string[]): ReadonlySet<string> =>
  new Set(rules.filter(rule => words.some(word => isNamed(rule, word))).map(({ id }) => id));

/** `no-such` of `area/no-such`: what a rule is called in talk. */
const bareNames = (rules: readonly Rule[]): readonly string[] => rules.map(({ id }) => id.slice(id.indexOf('/') + 1));

const areaOf = (rule: Rule): string => rule.id.slice(0, rule.id.indexOf('/'));

const isNamed = (rule: Rule, word: string): boolean =>
  rule.id === word || (rule.aliases?.includes(word) ?? false) || rule.id.endsWith(`/${word}`);

const isMeant = (rule: Rule, word: string): boolean =>
  isNamed(rule, word) ||
  areaOf(rule) === word ||
  rule.guide.some(section => section === word || section.startsWith(`${word}.`));
