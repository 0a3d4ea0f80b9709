import type { Rule } from '#check/define-rule';
import { cell, pageText, plain, table } from '#report/docs/markdown';
import { type RuleSheet, ruleSheet, type SheetPart } from '#report/rule-sheet';

/** Gives the page of one rule, in Markdown; made from the rule's own fields, so that it cannot rot. */
export function rulePage(sheet: RuleSheet): string {
  const guide = sheet.guide.map(({ number, title }) => `[§ ${number}](../../guide/${number}.md) ${cell(title)}`);
  return pageText([`# ${sheet.id}`, '', ...bodyLines(sheet, guide)]);
}

/** Gives what a page says of a rule below its title, for those who show it elsewhere: without links, and without what is read and the examples. */
export function ruleHelp(rule: Rule): string {
  const sheet = ruleSheet(rule, [], new Map());
  const parts = sheet.parts.filter(({ name }) => name !== 'examples');
  const guide = sheet.guide.map(({ number }) => `§ ${number}`);
  return `${bodyLines({ ...sheet, parts }, guide).join('\n')}\n`;
}

function bodyLines(sheet: RuleSheet, guide: readonly string[]): readonly string[] {
  const facts = [
    ...(guide.length > 0 ? [['guide', guide.join('; ')]] : []),
    ...sheet.facts.map(([name, says]) => [name, cell(says)]),
  ];
  return [
    `**${plain(sheet.says)}**`,
    '',
    plain(sheet.because),
    '',
    ...table(['', ''], facts),
    ...sheet.parts.flatMap(part => ['', `## ${part.title}`, '', ...partLines(part)]),
  ];
}

function partLines(part: SheetPart): readonly string[] {
  const { columns, rows } = part;
  if (columns === undefined)
    return rows.map(row => `- ${part.name === 'reads' ? `\`${row.join(' ')}\`` : plain(row.join(' '))}`);
  if (part.name === 'departs') return rows.flatMap(row => departureLines(columns, row));
  return table(
    columns,
    rows.map(row => row.map((text, at) => (part.name === 'numbers' && at === 0 ? `\`${text}\`` : cell(text)))),
  );
}

/** Whole sentences do not fit the cells of a table. */
const departureLines = (columns: readonly string[], row: readonly string[]): readonly string[] =>
  row
    .map((text, at) => ({ name: columns[at] ?? '', text }))
    .filter(({ text }) => text !== '')
    .map(({ name, text }, at) => `${at === 0 ? '-' : ' '} ${name}: ${plain(text)}${at < row.length - 1 ? '  ' : ''}`);

/** Gives the page that lists all rules by area. */
export function ruleIndexPage(rules: readonly Rule[]): string {
  const areas = new Map<string, Rule[]>();
  for (const rule of rules) {
    const area = rule.id.slice(0, rule.id.indexOf('/'));
    areas.set(area, [...(areas.get(area) ?? []), rule]);
  }
  return pageText([
    '# Rules',
    '',
    `${rules.length} rules in ${areas.size} areas. [By section of the guide](../guide/README.md).`,
    '',
    ...[...areas].flatMap(([area, ofArea]) => [
      `## ${area}`,
      '',
      ...table(
        ['rule', 'guide', 'severity', 'practice'],
        ofArea.map(rule => [
          `[${rule.id}](${rule.id}.md)`,
          rule.guide.map(number => `[${number}](../guide/${number}.md)`).join(', ') || 'beyond',
          rule.severity,
          cell(rule.says),
        ]),
      ),
      '',
    ]),
  ]);
}
