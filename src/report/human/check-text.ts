import type { Outcome } from '#check/outcome';
import { type Severity, severities } from '#check/verdict';
import type { Evidence } from '#model/known';
import { adviseOrder } from '#report/advise-order';
import { type CheckReport, countOutcomes } from '#report/check-report';
import { effectWords, fixLines } from '#report/fix-lines';
import { type Folded, foldFindings } from '#report/fold';
import { headerLines } from '#report/human/header';
import { notLookedAt } from '#report/human/not-looked-at';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';

const indent = 9;

/**
 * Gives the report for a person: worst first, host then guests, each finding once; what is wrong, wanted, found and where, what
 * follows, what to do; then what was not looked at, one line of counts, and what to do first.
 * `detail`: `summary` one screen, `normal`, `verbose` also what passed, does not apply or is unknown, one by one.
 */
export function checkText(report: CheckReport, style: Style, detail: 'summary' | 'normal' | 'verbose'): string {
  const folded = foldFindings(report.outcomes);
  const lines = [...headerLines(report, style), ''];
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
  for (const outcome of report.outcomes) if (outcome.outcome === 'crashed') lines.push(...crashLines(outcome), '');
  lines.push(...notLookedAt(report, style, detail === 'verbose'));
  if (detail === 'verbose') lines.push(...passLines(report.outcomes, style));
  lines.push(countLine(report, style));
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
      const text = `${subjectWords(finding)} ${finding.found.finding.saw}`;
      const [first = '', ...rest] = wrap(text, style.width - 27);
      lines.push(`  ${at + 1}  ${effectWords(finding.found.finding).padEnd(20)}  ${first}`);
      lines.push(...rest.map(line => `${' '.repeat(27)}${line}`));
    });
  }
  return `${lines.join('\n')}\n`;
}

const wordFor = (count: number): string => ['no', 'one', 'two', 'three', 'four', 'five'][count] ?? String(count);

function headline({ found, all }: Folded, style: Style): string {
  const label = style.severity(found.severity, found.severity.toUpperCase().padEnd(indent - 1));
  const line = `${label} ${subjectWords({ found, all })}  ${printable(found.finding.saw)}`;
  return line;
}

function findingLines({ found, all }: Folded, style: Style): readonly string[] {
  const { rule, finding } = found;
  const lines: string[] = [];
  const where = `${rule.id}${rule.guide.length > 0 ? ` · ${rule.guide.join(', ')}` : ''}`;
  const label = style.severity(found.severity, found.severity.toUpperCase().padEnd(indent - 1));
  const [first = '', ...rest] = wrap(`${subjectWords({ found, all })}  ${finding.saw}`, style.width - indent);
  lines.push(`${label} ${style.bold(first)}`);
  lines.push(...rest.map(line => `${' '.repeat(indent)}${style.bold(line)}`));
  const say = (name: string, text: string | undefined): void => {
    if (text === undefined || text === '') return;
    const [start = '', ...more] = wrap(text, style.width - indent - 8);
    lines.push(`${' '.repeat(indent)}${style.dim(name.padEnd(7))} ${start}`);
    lines.push(...more.map(line => `${' '.repeat(indent + 8)}${line}`));
  };
  say('wants', finding.wants);
  // nothing is said twice: a part that only repeats the headline is none
  const parts = (finding.parts ?? []).filter(part => !finding.saw.includes(part.saw));
  for (const [at, part] of parts.slice(0, 8).entries())
    say(at === 0 ? 'finds' : '', part.saw.includes(part.key) ? part.saw : `${part.key}: ${part.saw}`);
  if (parts.length > 8) say('', `… ${parts.length - 8} more`);
  // parts tell what was found and where; else the evidence does
  const shown = parts.length > 0 ? [] : evidenceToShow(found.evidence);
  for (const [at, item] of shown.entries()) say(at === 0 ? 'finds' : '', evidenceWords(item));
  say('so', finding.so ?? rule.because);
  for (const [at, line] of fixLines(found, all).entries()) say(at === 0 ? 'do' : '', line);
  if (finding.fix !== undefined || finding.wish !== undefined) say('costs', rule.costs.join(' '));
  if (rule.departs !== undefined && rule.departs.length > 0)
    say('guide', `says otherwise: nearmetal explain ${rule.id}`);
  lines.push(`${' '.repeat(indent)}${style.dim(`rule    ${where}`)}`);
  return lines;
}

/** The host by name, a guest by name, a device by guest and name; several by number and names. */
function subjectWords({ found, all }: Folded): string {
  const name = (one: Folded['found']): string =>
    one.subject.guest === undefined ? one.subject.name : `${one.subject.guest} ${one.subject.name}`;
  if (all.length === 1) return printable(name(found));
  const names = all.map(name);
  const shown = names.slice(0, 6).join(', ');
  return printable(`${all.length} ${kindWords(found.subject.kind)} (${shown}${names.length > 6 ? ', …' : ''}):`);
}

const kindWords = (kind: string): string => (kind === 'nic' ? 'network interfaces' : `${kind}s`);

/** The evidence that shows most, three pieces at most: what was not there only where nothing was. The whole stands in the JSON report. */
function evidenceToShow(evidence: readonly Evidence[]): readonly Evidence[] {
  const told = evidence.filter(item => item.value !== '');
  const there = told.filter(item => item.value !== 'not there' && !item.from.startsWith('virConnectListAllDomains'));
  return (there.length > 0 ? there : told).slice(0, 3);
}

function evidenceWords(item: Evidence): string {
  const value = item.value.replaceAll(/\s+/g, ' ').trim();
  const short = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  const at = item.place === undefined ? item.from : `${item.place.file}:${item.place.line}:${item.place.column}`;
  return `${short}  (${at})`;
}

function crashLines(outcome: Extract<Outcome, { readonly outcome: 'crashed' }>): readonly string[] {
  return [
    `FAILED   ${outcome.rule.id} on ${printable(outcome.subject.name)}: ${printable(outcome.error.message)}`,
    '         this is a fault of nearmetal, not of the machine; the other rules were judged',
  ];
}

/** Counts by area, for one screen: of the areas in which something is to be done, most first. */
function areaLines(outcomes: readonly Outcome[]): readonly string[] {
  const areas = new Map<string, { bad: number; good: number }>();
  for (const { rule, outcome } of outcomes) {
    const area = rule.id.slice(0, rule.id.indexOf('/'));
    const counts = areas.get(area) ?? { bad: 0, good: 0 };
    if (outcome === 'bad') counts.bad++;
    if (outcome === 'good') counts.good++;
    areas.set(area, counts);
  }
  return [...areas]
    .filter(([, { bad }]) => bad > 0)
    .sort(([, a], [, b]) => b.bad - a.bad)
    .slice(0, 6)
    .map(
      ([area, { bad, good }]) =>
        `  ${area.padEnd(16)} ${String(bad).padStart(4)} to do  ${String(good).padStart(4)} good`,
    );
}

function passLines(outcomes: readonly Outcome[], style: Style): readonly string[] {
  const lines: string[] = [];
  for (const outcome of outcomes) {
    const name =
      outcome.subject.guest === undefined ? outcome.subject.name : `${outcome.subject.guest} ${outcome.subject.name}`;
    if (outcome.outcome === 'good')
      lines.push(`${style.good('good')}     ${printable(name)}  ${outcome.rule.says}  ${style.dim(outcome.rule.id)}`);
    if (outcome.outcome === 'not-applicable')
      lines.push(style.dim(`–        ${printable(name)}  ${outcome.rule.id}: ${printable(outcome.reason)}`));
  }
  return lines.length > 0 ? [...lines, ''] : [];
}

function countLine(report: CheckReport, style: Style): string {
  const counts = countOutcomes(report.outcomes);
  const bySeverity = new Map<Severity, number>();
  for (const outcome of report.outcomes) {
    if (outcome.outcome === 'bad') bySeverity.set(outcome.severity, (bySeverity.get(outcome.severity) ?? 0) + 1);
  }
  const plural = (count: number, word: string): string =>
    `${count} ${word}${count === 1 || word === 'info' ? '' : 's'}`;
  const words = severities.flatMap(severity => {
    const count = bySeverity.get(severity) ?? 0;
    return count > 0 ? [style.severity(severity, plural(count, severity))] : [];
  });
  words.push(`${counts.good} good`, `${counts.notApplicable} not applicable`, `${counts.unknown} unknown`);
  if (counts.waived > 0) words.push(`${counts.waived} waived`);
  if (counts.crashed > 0) words.push(`${counts.crashed} failed`);
  return `${words.join(' · ')}   ${style.dim(`${(report.tookMs / 1000).toFixed(1)} s`)}`;
}
