import type { Rule } from '#check/define-rule';
import { departurePolicyWords } from '#report/errata';

/** Gives the page of one rule, in Markdown; made from the rule's own fields, so that it cannot rot. */
export function rulePage(rule: Rule): string {
  const lines = ['<!-- Generated from the rule by tools/gen.mjs. Do not edit. -->', `# ${rule.id}`, '', ruleHelp(rule)];
  if (rule.examples.length > 0) lines.push('## Examples', '', '| case | outcome |', '|---|---|');
  for (const example of rule.examples) {
    const more = example.severity === undefined ? '' : `, ${example.severity}`;
    lines.push(`| ${cell(example.name)} | ${example.expect}${more} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** Gives what a page says of a rule below its title and above its examples. */
export function ruleHelp(rule: Rule): string {
  const lines = [`**${text(rule.says)}**`, '', text(rule.because), ''];
  const facts: [string, string][] = [
    [
      'guide',
      rule.guide.length > 0 ? rule.guide.map(section => `§ ${section}`).join(', ') : `beyond it: ${rule.beyond ?? ''}`,
    ],
    ['severity', rule.severity],
    ['judges', `each ${rule.subject === 'nic' ? 'network interface' : rule.subject}`],
  ];
  if (rule.gate !== undefined) facts.push(['judged by', 'plan and apply, never by check']);
  if (rule.scope !== undefined) facts.push(['applies to', rule.scope.says]);
  for (const [name, wanted] of Object.entries(rule.when ?? {}))
    facts.push([`when ${wordsOf(name)}`, [wanted].flat().join(' or ')]);
  lines.push('| | |', '|---|---|', ...facts.map(([name, words]) => `| ${name} | ${cell(words)} |`), '');
  if (rule.gate !== undefined) lines.push('## The gate', '', `Before a change: ${text(rule.gate)}`, '');
  const intents = Object.entries(rule.intents);
  if (intents.length > 0) {
    lines.push('## Intents', '', '| intent | stance | value |', '|---|---|---|');
    for (const [intent, stance] of intents) lines.push(`| ${intent} | ${stance.level} | ${cell(stance.want ?? '')} |`);
    lines.push('');
  }
  const params = Object.entries(rule.params);
  if (params.length > 0) {
    lines.push('## Numbers', '', '| parameter | default | why |', '|---|---|---|');
    for (const [name, { default: value, unit, why }] of params)
      lines.push(`| \`${name}\` | ${value} ${cell(unit)} | ${cell(why)} |`);
    lines.push('');
  }
  lines.push(
    '## What the fix costs',
    '',
    ...(rule.costs.length > 0 ? rule.costs.map(cost => `- ${text(cost)}`) : ['Nothing known.']),
    '',
  );
  if (rule.departs !== undefined && rule.departs.length > 0) {
    lines.push('## Where the guide errs or has aged', '');
    for (const departure of rule.departs) {
      lines.push(
        `- The guide says: ${text(departure.guideSays)}`,
        `  True is: ${text(departure.truth)} (${text(departure.source)})`,
      );
      const policy = departurePolicyWords(departure);
      if (policy !== undefined) lines.push(`  \`--policy guide\` ${text(policy)}.`);
    }
    lines.push('');
  }
  lines.push('## Sources', '', ...rule.sources.map(({ grade, at }) => `- ${text(at)} (${grade})`), '');
  return lines.join('\n');
}

/** Gives the page that lists all rules by area. */
export function ruleIndexPage(rules: readonly Rule[]): string {
  const lines = ['<!-- Generated from the rules by tools/gen.mjs. Do not edit. -->', '# Rules', ''];
  const areas = new Map<string, Rule[]>();
  for (const rule of rules) {
    const area = rule.id.slice(0, rule.id.indexOf('/'));
    areas.set(area, [...(areas.get(area) ?? []), rule]);
  }
  for (const [area, ofArea] of areas) {
    lines.push(`## ${area}`, '', '| rule | guide | severity | practice |', '|---|---|---|---|');
    for (const rule of ofArea)
      lines.push(
        `| [${rule.id}](${rule.id}.md) | ${rule.guide.join(', ') || 'beyond'} | ${rule.severity} | ${cell(rule.says)} |`,
      );
    lines.push('');
  }
  return lines.join('\n');
}

const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

/** Text in which no word in angle brackets is taken for HTML and left out. */
const text = (words: string): string => words.replaceAll('<', '&lt;');

/** Text in a table cell. */
const cell = (words: string): string => text(words).replaceAll('|', '\\|').replaceAll('\n', ' ');
