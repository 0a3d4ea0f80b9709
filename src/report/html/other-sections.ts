import type { Outcome } from '#check/outcome';
import type { CheckReport } from '#report/check-report';
import { type Html, html } from '#report/html/html';
import { foldNames } from '#report/picture/fold-names';
import { subjectName } from '#report/subject-words';
import { settledLines } from '#report/trade-off-words';
import { unknownReasons } from '#report/unknown-reasons';

/** So many rows a table has; what is beyond is counted. */
const mostRows = 300;

/** Gives what is not a finding: what was waived, what was not looked at and why, what is good, and what failed. */
export const otherSections = (report: CheckReport): Html =>
  html`${waived(report.outcomes)}${crashed(report.outcomes)}${unknown(report)}${rest(report.outcomes)}`;

function waived(outcomes: readonly Outcome[]): Html | undefined {
  const found = outcomes.filter(outcome => outcome.outcome === 'waived');
  if (found.length === 0) return undefined;
  return html`<section id="waived" aria-labelledby="h-waived"><h2 id="h-waived">Waived</h2>
${table(
  ['On', 'What', 'Owner', 'Reason', 'Until'],
  found.map(({ subject, finding, waiver }) => [
    subjectName(subject),
    finding.saw,
    waiver.owner,
    waiver.reason,
    waiver.until,
  ]),
)}</section>`;
}

function crashed(outcomes: readonly Outcome[]): Html | undefined {
  const found = outcomes.filter(outcome => outcome.outcome === 'crashed');
  if (found.length === 0) return undefined;
  return html`<section id="crashed" aria-labelledby="h-crashed"><h2 id="h-crashed">Failed</h2>
<p>These rules failed: a fault of nearmetal, not of the machine. The others were judged.</p>
${table(
  ['Rule', 'On', 'Error'],
  found.map(({ rule, subject, error }) => [rule.id, subjectName(subject), error.message]),
)}</section>`;
}

function unknown({ outcomes, machine, problems = [] }: CheckReport): Html {
  const rows = unknownReasons(outcomes);
  const notes = [...problems.map(({ message }) => message), ...machine.notes];
  return html`<section id="unknown" aria-labelledby="h-unknown"><h2 id="h-unknown">Not looked at</h2>
${
  rows.length === 0
    ? html`<p>Everything that the rules ask for was read.</p>`
    : table(
        ['Why', 'Supplied by', 'Rules that wait for it'],
        rows.map(({ reason, remedy = '–', rules }) => [reason, remedy, rules.join(', ')]),
      )
}
${notes.length > 0 && html`<ul>${notes.slice(0, mostRows).map(note => html`<li>${note}</li>`)}</ul>`}</section>`;
}

/** What is good and what does not apply, a line a rule. */
function rest(outcomes: readonly Outcome[]): Html {
  const good = byRule(outcomes, 'good');
  const away = byRule(outcomes, 'not-applicable');
  const rows = (some: ReturnType<typeof byRule>): readonly (readonly string[])[] =>
    [...some].map(([id, { says, names, reason }]) => [id, reason ?? says, foldNames(names, 8)]);
  const settled = settledLines(outcomes);
  return html`<section id="rest" aria-labelledby="h-rest"><h2 id="h-rest">The rest</h2>
${settled.length > 0 && html`<p>On these settings of the host the intents of its guests disagree:</p><ul>${settled.slice(0, mostRows).map(line => html`<li>${line}</li>`)}</ul>`}
<details class="more"><summary>${good.size} rules hold on ${countOf(good)} subjects</summary>${table(['Rule', 'What holds', 'On'], rows(good))}</details>
<details class="more"><summary>${away.size} rules do not apply to ${countOf(away)} subjects</summary>${table(['Rule', 'Why', 'On'], rows(away))}</details></section>`;
}

const countOf = (some: ReturnType<typeof byRule>): number =>
  [...some.values()].reduce((sum, { names }) => sum + names.length, 0);

function byRule(outcomes: readonly Outcome[], kind: 'good' | 'not-applicable') {
  const rules = new Map<string, { readonly says: string; readonly names: string[]; readonly reason?: string }>();
  for (const outcome of outcomes) {
    if (outcome.outcome !== kind) continue;
    const reason = outcome.outcome === 'not-applicable' ? { reason: outcome.reason } : {};
    const one = rules.get(outcome.rule.id) ?? { says: outcome.rule.says, names: [], ...reason };
    rules.set(outcome.rule.id, one);
    one.names.push(subjectName(outcome.subject));
  }
  return rules;
}

/** A table that can be scrolled sideways where it does not fit. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  const left = rows.length - mostRows;
  return html`<div class="scroll"><table><thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.slice(0, mostRows).map(row => html`<tr>${row.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}</tbody></table></div>
${left > 0 && html`<p>${left} more rows are in the JSON report.</p>`}`;
}
