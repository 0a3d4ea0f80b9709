import type { Outcome } from '#check/outcome';
import { severities } from '#check/verdict';
import { adviseOrder } from '#report/advise-order';
import { sinceWords } from '#report/baseline';
import { type CheckReport, countOutcomes, countSeverities } from '#report/check-report';
import { effectWords } from '#report/fix-lines';
import { type Folded, foldFindings } from '#report/fold';
import { headerWords } from '#report/header-words';
import { htmlText, markdownCode, markdownText } from '#report/markdown/markdown-text';
import { clipped } from '#report/printable';
import { subjectName } from '#report/subject-words';
import { type ToldFinding, tellFinding, tellHeadline, toldItems, whoAndWhat } from '#report/told-finding';
import { settledLines } from '#report/trade-off-words';
import { unknownReasons } from '#report/unknown-reasons';

/** A comment on GitHub holds 65,536 characters; what does not fit is told in a line each, then counted. */
const mostOfComment = 60_000;

/**
 * Gives the report as Markdown for tickets and comments on pull requests: counts, what to do first, then each finding, folded below its
 * headline, worst first. `detail`: `summary` counts and what to do first, `normal` as much as a comment on GitHub holds, `verbose` all.
 */
export function checkMarkdown(report: CheckReport, detail: 'summary' | 'normal' | 'verbose'): string {
  const folded = foldFindings(report.outcomes);
  const [title = '', ...more] = headerWords(report);
  const head = [
    `## nearmetal: ${markdownText(title)}`,
    '',
    ...more.flatMap(line => [markdownText(line), '']),
    ...countTable(report),
    ...(report.sinceThen === undefined ? [] : [markdownText(sinceWords(report.sinceThen)), '']),
    ...problemLines(report),
    ...crashLines(report.outcomes),
    ...firstLines(folded),
  ];
  const tail = [
    ...settledBlock(report.outcomes),
    ...waivedLines(report.outcomes),
    ...unknownLines(report, detail === 'verbose'),
    footLine(report),
  ];
  if (detail === 'summary') return `${[...head, footLine(report)].join('\n')}\n`;
  const room = detail === 'verbose' ? Number.POSITIVE_INFINITY : mostOfComment - lengthOf(head) - lengthOf(tail);
  return `${[...head, ...findingBlocks(folded, room), ...tail].join('\n')}\n`;
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

/** As many findings in full as there is room for, then headlines, then a count. */
function findingBlocks(folded: readonly Folded[], room: number): readonly string[] {
  const lines: string[] = [];
  let left = room - 200;
  let isFull = true;
  for (const [at, { all }] of folded.entries()) {
    const told = tellFinding(all);
    const block = findingBlock(told);
    // a fifth of the room is kept for headlines
    if (isFull && lengthOf(block) < left - room / 5) {
      lines.push(...block);
      left -= lengthOf(block);
      continue;
    }
    isFull = false;
    const line = `- **${told.severity}** ${markdownText(whoAndWhat(told))} (${markdownCode(told.rule.id)})`;
    if (line.length + 1 > left) {
      lines.push('', `… and ${folded.length - at} more: the whole stands in the report of --format json or html.`);
      break;
    }
    lines.push(line);
    left -= line.length + 1;
  }
  return lines.length === 0 ? [] : ['### Findings', '', ...lines, ''];
}

function findingBlock(told: ToldFinding): readonly string[] {
  const item = ([name, [first = '', ...rest]]: readonly [string, readonly string[]]): readonly string[] => {
    const show = (text: string): string => (name === 'rule' ? markdownCode(text) : markdownText(text));
    return rest.length === 0
      ? [`- **${name}** ${show(first)}`]
      : [`- **${name}**`, ...[first, ...rest].map(text => `  - ${show(text)}`)];
  };
  return [
    `<details><summary><b>${told.severity.toUpperCase()}</b> <b>${htmlText(told.subject)}</b>${told.count > 1 ? ':' : ''} ${htmlText(told.saw)}</summary>`,
    '',
    ...toldItems(told).flatMap(item),
    '',
    '</details>',
    '',
  ];
}

function countTable(report: CheckReport): readonly string[] {
  const counts = countOutcomes(report.outcomes);
  const columns: readonly (readonly [string, number])[] = [
    ...[...countSeverities(report.outcomes)].map(([severity, count]) => [severity, count] as const),
    ['good', counts.good],
    ['not applicable', counts.notApplicable],
    ['unknown', counts.unknown],
    ['waived', counts.waived],
    ...(counts.crashed > 0 ? [['failed', counts.crashed] as const] : []),
  ];
  return [
    `| ${columns.map(([name]) => name).join(' | ')} |`,
    `|${columns.map(() => '--:').join('|')}|`,
    `| ${columns.map(([name, count]) => (count > 0 && severities.some(severity => severity === name) ? `**${count}**` : String(count))).join(' | ')} |`,
    '',
  ];
}

const problemLines = ({ problems = [] }: CheckReport): readonly string[] =>
  problems.length === 0
    ? []
    : [
        '### What could not be read',
        '',
        ...problems.map(
          ({ message, doThis }) =>
            `- ${markdownText(clipped(`${message}${doThis === undefined ? '' : ` ${doThis}`}`, 1000))}`,
        ),
        '',
      ];

function crashLines(outcomes: readonly Outcome[]): readonly string[] {
  const lines = outcomes.flatMap(one =>
    one.outcome === 'crashed'
      ? [
          `- ${markdownCode(one.rule.id)} on ${markdownText(subjectName(one.subject))}: ${markdownText(clipped(one.error.message, 300))}`,
        ]
      : [],
  );
  return lines.length === 0 ? [] : ['### Rules that failed, a fault of nearmetal', '', ...lines, ''];
}

function firstLines(folded: readonly Folded[]): readonly string[] {
  const order = adviseOrder(folded, 5);
  if (order.length === 0) return [];
  const lines = order.map(
    ({ found, all }, at) =>
      `${at + 1}. *${effectWords(found.finding)}*: ${markdownText(whoAndWhat(tellHeadline(all)))}`,
  );
  return ['### Do this first', '', ...lines, ''];
}

const settledBlock = (outcomes: readonly Outcome[]): readonly string[] =>
  folds(
    'settings of the host that suit some guests and not others',
    settledLines(outcomes).map(line => `- ${markdownText(clipped(line, 1000))}`),
  );

function waivedLines(outcomes: readonly Outcome[]): readonly string[] {
  const lines = outcomes.flatMap(one =>
    one.outcome === 'waived'
      ? [
          `- ${markdownText(`${subjectName(one.subject)} ${clipped(one.finding.saw, 300)}`)} (${markdownCode(one.rule.id)}): ${markdownText(clipped(`${one.waiver.reason}, ${one.waiver.owner}, until ${one.waiver.until}`, 500))}`,
        ]
      : [],
  );
  return folds(`${lines.length} waived`, lines);
}

function unknownLines({ outcomes, machine }: CheckReport, isWhole: boolean): readonly string[] {
  const reasons = unknownReasons(outcomes);
  const lines = [
    ...reasons.map(({ reason, remedy, rules }) => {
      const by = remedy === undefined ? '' : `; supplied by ${markdownCode(clipped(remedy, 300))}`;
      const what = isWhole
        ? rules.map(markdownCode).join(', ')
        : `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
      return `- ${markdownText(clipped(reason, 300))}: ${what}${by}`;
    }),
    ...(isWhole ? machine.notes.map(note => `- ${markdownText(clipped(note, 300))}`) : []),
  ];
  return folds(
    `not looked at: ${reasons.length} ${reasons.length === 1 ? 'reason' : 'reasons'}`,
    isWhole ? lines : lines.slice(0, 40),
  );
}

const folds = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>', ''];

const footLine = ({ version, at, failOn, exitCode }: CheckReport): string =>
  `nearmetal ${version}, ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC, exit code ${exitCode} (--fail-on ${failOn})`;
