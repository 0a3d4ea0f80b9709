import { createHash } from 'node:crypto';
import type { Picture } from '#model/picture/picture';
import { alikeOf, type Folded, sentencePattern } from '#report/fold';
import { type Html, html } from '#report/html/html';
import { differingValues } from '#report/pattern';
import { clipped } from '#report/printable';
import { kindWords, subjectName } from '#report/subject-words';
import { type ToldFinding, toldItems } from '#report/told-finding';

/** So many findings the page shows; what is beyond is in the JSON report. */
export const mostFindings = 1000;
/** So many subjects are named in the page itself; its script knows the others. */
const mostNames = 24;
/** So many subjects over all findings are told with what each has of its own. */
const mostOwn = 100_000;

/** A finding of the page: its number there, and what is said. */
export interface PageFinding {
  readonly n: number;
  readonly folded: Folded;
  readonly told: ToldFinding;
}

/** The anchor of a finding: the same in each run that finds it. */
export const findingId = ({ found }: Folded): string =>
  `f-${createHash('sha256').update(alikeOf(found)).digest('hex').slice(0, 12)}`;

/** Gives one finding: closed it says whom it is about and what is wrong, open also what was found and what to do. */
export function findingHtml({ n, folded, told }: PageFinding): Html {
  const { rule, severity, count, subject, saw } = told;
  const area = rule.id.slice(0, rule.id.indexOf('/'));
  return html`<details class="finding sev-${severity}" id="${findingId(folded)}" data-n="${n}" data-severity="${severity}" data-area="${area}">
<summary><span class="sev">${severity}</span><h3><span class="who">${subject}</span> ${saw}</h3></summary>
<dl>${toldItems(told).map(([name, texts]) => html`<dt>${name}</dt>${texts.map(text => html`<dd>${text}</dd>`)}`)}<dd class="says">${rule.says}</dd></dl>
${count > 1 && subjectsHtml(folded)}</details>
`;
}

function subjectsHtml({ all, found }: Folded): Html {
  const names = all.slice(0, mostNames).map(({ subject }) => subjectName(subject));
  const left = all.length - names.length;
  return html`<details class="subjects"><summary>all ${all.length} ${kindWords(found.subject.kind, all.length)}</summary><p>${names.join(', ')}${left > 0 && `, ${left} more`}</p></details>`;
}

/** What the page's script knows beside what stands in the page. */
export interface PageData {
  /** Names of guests, in the order of the picture: its `data-guests` mean the same places. */
  readonly guests: readonly string[];
  /** For each finding its subjects: place of the guest (−1: none), name of the device or host, what it has of its own. */
  readonly findings: readonly (readonly (readonly [number, string, string])[])[];
}

/** Gives the data for the script. Its size is bounded: past a limit subjects stand without what they have of their own. */
export function pageData(findings: readonly PageFinding[], { guests }: Picture): PageData {
  const names = guests.map(({ name }) => clipped(name, 120));
  const places = new Map(names.map((name, at) => [name, at]));
  let told = 0;
  return {
    guests: names,
    findings: findings.map(({ folded: { all } }) => {
      const own = told > mostOwn ? [] : differingValues(all.map(one => sentencePattern(one, one.finding.saw)));
      told += all.length;
      return all.map(({ subject }, at) => {
        const guest = subject.kind === 'guest' ? subject.name : subject.guest;
        const device = subject.kind === 'guest' ? '' : clipped(subject.name, 120);
        const place = guest === undefined ? undefined : places.get(clipped(guest, 120));
        return [place ?? -1, device, clipped((own[at] ?? []).join(' · '), 200)] as const;
      });
    }),
  };
}
