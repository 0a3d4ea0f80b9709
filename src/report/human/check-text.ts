import type { Rule } from '#check/define-rule';
import type { Outcome } from '#check/outcome';
import { outcomesOf } from '#check/outcomes-of';
import { adviseOrder } from '#report/advise-order';
import { type SinceThen, sinceWords } from '#report/baseline';
import { type CheckReport, countWords } from '#report/check-report';
import { effectWords } from '#report/fix-lines';
import { type Folded, foldFindings } from '#report/fold';
import { headerWords } from '#report/header-words';
import { notLookedAt } from '#report/human/not-looked-at';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';
import { subjectName } from '#report/subject-words';
import { type ToldFinding, tellFinding, tellHeadline, toldItems, whoAndWhat } from '#report/told-finding';
import { settledLines } from '#report/trade-off-words';

const indent = 9;

/**
 * Gives the report for a person: worst first, host then guests, each finding once; what is wrong, wanted, found and where, what
 * follows, what to do; then what was not looked at, one line of counts, and what to do first.
 * `detail`: `summary` one screen, `normal`, `verbose` also what passed, does not apply or is unknown, one by one.
 */
export function checkText(report: CheckReport, style: Style, detail: 'summary' | 'normal' | 'verbose'): string {
  const folded = foldFindings(report.outcomes);
  const lines = [...headerWords(report).flatMap(line => wrap(line, style.width)), ''];
  const shown = detail === 'summary' ? folded.slice(0, 5) : folded;
  for (const finding of shown)
    lines.push(
      ...(detail === 'summary' ? [headline(finding, style)] : findingLines(finding, style)),
      ...(detail === 'summary' ? [] : ['']),
    );
  if (detail === 'summary') {
    if (folded.length > shown.length)
      lines.push(style.dim(`… and ${folded.length - shown.length} more: nearmetal check`));
    lines.push('', ...areaLines(report.outcomes), '');
  }
  for (const outcome of outcomesOf(report.outcomes, 'crashed')) lines.push(...crashLines(outcome), '');
  if (detail !== 'summary') lines.push(...settledParagraph(report, style, detail === 'verbose'));
  lines.push(...notLookedAt(report, style, detail === 'verbose'));
  if (detail === 'verbose') lines.push(...waivedLines(report.outcomes, style), ...passLines(report.outcomes, style));
  lines.push(countLine(report, style));
  if (report.sinceThen !== undefined) lines.push(...sinceLines(report.sinceThen, style));
  // on one screen the worst stand above already
  const order = detail === 'summary' ? [] : adviseOrder(folded, 5);
  if (order.length > 0) {
    lines.push(
      '',
      style.bold(
        order.length === 1
          ? 'do this first, by gain for effort:'
          : `do these ${wordFor(order.length)} first, by gain for effort:`,
      ),
    );
    order.forEach((finding, at) => {
      const [first = '', ...rest] = wrap(whoAndWhat(tellHeadline(finding.all)), style.width - 27);
      lines.push(`  ${at + 1}  ${effectWords(finding.found.finding).padEnd(20)}  ${first}`);
      lines.push(...rest.map(line => `${' '.repeat(27)}${line}`));
    });
    lines.push(...planLines(order, report, style));
  }
  return `${lines.join('\n')}\n`;
}

/** The command that tells what exactly is to be done about what comes first. */
function planLines(order: readonly Folded[], { machine: { source } }: CheckReport, style: Style): readonly string[] {
  const rules = new Set(order.map(({ found }) => `--rule ${found.rule.id}`));
  const where = source === 'this machine' ? [] : ['SOURCE'];
  const [first = '', ...rest] = wrap(['nearmetal plan', ...where, ...rules].join(' '), style.width - 4);
  return [style.dim(`  ${first}`), ...rest.map(line => style.dim(`    ${line}`))];
}

const wordFor = (count: number): string => ['no', 'one', 'two', 'three', 'four', 'five'][count] ?? String(count);

function headline({ found, all }: Folded, style: Style): string {
  return `${severityLabel(found, style)} ${whoAndWhat(tellHeadline(all))}`;
}

function findingLines({ all }: Folded, style: Style): readonly string[] {
  const told = tellFinding(all);
  const lines: string[] = [];
  const [first = '', ...rest] = wrap(whoAndWhat(told), style.width - indent);
  lines.push(`${severityLabel(told, style)} ${style.bold(first)}`);
  lines.push(...rest.map(line => `${' '.repeat(indent)}${style.bold(line)}`));
  for (const [name, texts] of toldItems(told)) {
    let label = name;
    for (const text of texts) {
      const [start = '', ...more] = wrap(text, style.width - indent - 8);
      // the last line is where to read on, not what to do
      const dress = name === 'rule' ? style.dim : (line: string): string => line;
      lines.push(`${' '.repeat(indent)}${style.dim(label.padEnd(7))} ${dress(start)}`);
      lines.push(...more.map(line => `${' '.repeat(indent + 8)}${dress(line)}`));
      label = '';
    }
  }
  return lines;
}

/** Settings of the whole host that need nothing and yet do not suit all guests. */
function settledParagraph(report: CheckReport, style: Style, isVerbose: boolean): readonly string[] {
  const told = settledLines(report.outcomes);
  if (told.length === 0) return [];
  const shown = isVerbose ? told : told.slice(0, 4);
  const more = told.length - shown.length;
  return [
    'settings of the host that suit some guests and not others:',
    ...shown.flatMap(line =>
      wrap(line, style.width - 2).map((text, at) => style.dim(`${at === 0 ? '  ' : '    '}${text}`)),
    ),
    ...(more > 0 ? [style.dim(`  … ${more} more · --verbose lists them`)] : []),
    '',
  ];
}

const severityLabel = ({ severity }: Pick<ToldFinding, 'severity'>, style: Style): string =>
  style.severity(severity, severity.toUpperCase().padEnd(indent - 1));

function crashLines(outcome: Extract<Outcome, { readonly outcome: 'crashed' }>): readonly string[] {
  return [
    `FAILED   ${outcome.rule.id} on ${subjectName(outcome.subject)}: ${printable(outcome.error.message)}`,
    '         this is a fault of nearmetal, not of the machine; the other rules were judged',
  ];
}

/** Counts by area, for one screen: of the areas in which something is to be done, most first. */
function areaLines(outcomes: readonly Outcome[]): readonly string[] {
  const areas = new Map<string, { bad: number; good: number }>();
  let last: Rule | undefined;
  let counts = { bad: 0, good: 0 };
  outcomes.forEach(({ rule, outcome }) => {
    if (outcome !== 'bad' && outcome !== 'good') return;
    // thousands of outcomes of one rule follow each other
    if (rule !== last) {
      const area = rule.id.slice(0, rule.id.indexOf('/'));
      counts = areas.get(area) ?? { bad: 0, good: 0 };
      areas.set(area, counts);
      last = rule;
    }
    counts[outcome]++;
  });
  return [...areas]
    .filter(([, { bad }]) => bad > 0)
    .sort(([, a], [, b]) => b.bad - a.bad)
    .slice(0, 6)
    .map(
      ([area, { bad, good }]) =>
        `  ${area.padEnd(16)} ${String(bad).padStart(4)} to do  ${String(good).padStart(4)} good`,
    );
}

/** What is new and what is over since an earlier report; a few of those that went by name. */
function sinceLines(sinceThen: SinceThen, style: Style): readonly string[] {
  const { gone } = sinceThen;
  const names = gone.slice(0, 8).map(({ rule, subject }) => `${printable(subject)} ${rule}`);
  const words = gone.length === 0 ? '' : ` (${names.join(', ')}${gone.length > 8 ? ', …' : ''})`;
  return wrap(`${sinceWords(sinceThen)}${words}`, style.width);
}

/** What is waived: the finding, who waived it, until when and why. */
function waivedLines(outcomes: readonly Outcome[], style: Style): readonly string[] {
  const lines = outcomesOf(outcomes, 'waived').flatMap(outcome => {
    const { owner, until, reason } = outcome.waiver;
    const [first = '', ...rest] = wrap(
      `${subjectName(outcome.subject)} ${outcome.finding.saw}  ${outcome.rule.id}, by ${owner} until ${until}: ${reason}`,
      style.width - indent,
    );
    return [`${'waived'.padEnd(indent)}${first}`, ...rest.map(line => `${' '.repeat(indent)}${line}`)].map(style.dim);
  });
  return lines.length > 0 ? [...lines, ''] : [];
}

function passLines(outcomes: readonly Outcome[], style: Style): readonly string[] {
  const lines: string[] = [];
  for (const outcome of outcomes) {
    const name = subjectName(outcome.subject);
    if (outcome.outcome === 'good')
      lines.push(`${style.good('good')}     ${name}  ${outcome.rule.says}  ${style.dim(outcome.rule.id)}`);
    if (outcome.outcome === 'not-applicable')
      lines.push(style.dim(`–        ${name}  ${outcome.rule.id}: ${printable(outcome.reason)}`));
  }
  return lines.length > 0 ? [...lines, ''] : [];
}

function countLine(report: CheckReport, style: Style): string {
  const words = countWords(report.outcomes).map(({ severity, text }) =>
    severity === undefined ? text : style.severity(severity, text),
  );
  return `${words.join(' · ')}   ${style.dim(`${(report.tookMs / 1000).toFixed(1)} s`)}`;
}
