import { createHash } from 'node:crypto';
import { severities } from '#check/verdict';
import { valueIfKnown } from '#model/known';
import { machinePicture } from '#model/picture/machine-picture';
import { adviseOrder } from '#report/advise-order';
import { sinceWords } from '#report/baseline';
import { type CheckReport, countOutcomes, countSeverities } from '#report/check-report';
import { effectWords } from '#report/fix-lines';
import { type Folded, foldFindings } from '#report/fold';
import { headerWords } from '#report/header-words';
import { findingHtml, findingId, mostFindings, type PageFinding, pageData } from '#report/html/finding-html';
import { type Html, html, trusted } from '#report/html/html';
import { otherSections } from '#report/html/other-sections';
import { pageScript, pageStyles } from '#report/html/page-assets.gen';
import { pictureHtml } from '#report/html/picture-html';
import { pictureStyles } from '#report/picture/picture-styles';
import { tellFinding, whoAndWhat } from '#report/told-finding';

/**
 * Gives the report as one HTML page that needs nothing else: no request leaves it (its policy allows its own script and style by their
 * hashes, nothing more), it reads without its script, and what a guest or a file is called is text wherever it stands.
 */
export function checkHtml(report: CheckReport): string {
  const { machine, outcomes, version, policy, at } = report;
  const folded = foldFindings(outcomes);
  const findings = folded.map((one, n) => ({ n, folded: one, told: tellFinding(one.all) }));
  const shown = findings.slice(0, mostFindings);
  const picture = machinePicture(machine);
  const name = valueIfKnown(machine.host.name) ?? machine.source;
  const [first = '', ...rest] = headerWords(report);
  const styles = `${pageStyles}${pictureStyles}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(styles, pageScript)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${name} · nearmetal check</title>
<style>${trusted(styles)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<p class="brand">nearmetal check</p>
<h1>${name}</h1>
<p class="facts">${first.replace(/^host \S+ · /, '')}</p>
${rest.map(line => html`<p class="facts">${line}</p>`)}
<p class="when">judged ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC · policy ${policy} · source ${machine.source}</p>
${report.sinceThen === undefined ? '' : html`<p class="when since">${sinceWords(report.sinceThen)}</p>`}
</header>
<nav aria-label="Sections"><a href="#summary">Summary</a><a href="#machine">Machine</a><a href="#findings">Findings</a><a href="#unknown">Not looked at</a><a href="#rest">The rest</a></nav>
<main>
${summary(report, folded)}
${pictureHtml(picture)}
${findingsSection(shown, findings.length)}
${otherSections(report)}
</main>
<footer><p>nearmetal ${version}. Keys: <kbd>/</kbd> search, <kbd>Esc</kbd> clear, <kbd>j</kbd> and <kbd>k</kbd> next and previous finding, <kbd>Enter</kbd> open or close it. The same as data: <code>nearmetal check --format json</code>.</p></footer>
<script type="application/json" id="data">${trusted(dataText(pageData(shown, picture)))}</script>
<script>${trusted(pageScript)}</script>
</body>
</html>
`;
  return page.html;
}

/** JSON that ends no script element and opens no comment, whatever names are in it. */
const dataText = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

const policyOf = (styles: string, script: string): string =>
  [
    "default-src 'none'",
    `style-src '${hashOf(styles)}'`,
    `script-src '${hashOf(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;

const meanings = {
  error: 'a guest cannot start, data are lost, or the host is unstable',
  warning: 'a measurable loss',
  info: 'depends on the situation',
  hint: 'a cheap improvement',
} as const;

function summary({ outcomes }: CheckReport, folded: readonly Folded[]): Html {
  const bySeverity = countSeverities(outcomes);
  const counts = countOutcomes(outcomes);
  const tiles = severities.map(severity => {
    const count = bySeverity.get(severity) ?? 0;
    const name = count === 1 || severity === 'info' ? severity : `${severity}s`;
    return html`<button type="button" class="tile sev-${severity}" data-filter="${severity}" aria-pressed="false"><b>${count}</b> <span>${name}</span><small>${meanings[severity]}</small></button>`;
  });
  const facts = [
    { count: counts.good, name: 'good', to: 'rest' },
    { count: counts.unknown, name: 'not looked at', to: 'unknown' },
    { count: counts.waived, name: 'waived', to: 'waived' },
    { count: counts.crashed, name: 'failed', to: 'crashed' },
    { count: counts.notApplicable, name: 'not applicable', to: 'rest' },
  ].filter(({ count, name }) => count > 0 || name === 'good');
  const order = adviseOrder(folded, 5);
  return html`<section id="summary" aria-labelledby="h-summary"><h2 id="h-summary">Summary</h2>
<div class="tiles" role="group" aria-label="Show only findings of a severity">${tiles}</div>
<p class="counts">${facts.map(({ count, name, to }) => html`<a href="#${to}"><b>${count}</b> ${name}</a> `)}</p>
${
  order.length > 0 &&
  html`<h3>Do first, by gain for effort</h3><ol class="advice">${order.map(
    one =>
      html`<li><a href="#${findingId(one)}">${whoAndWhat(tellFinding(one.all))}</a> <span class="effect">${effectWords(one.found.finding)}</span></li>`,
  )}</ol>`
}</section>`;
}

function findingsSection(shown: readonly PageFinding[], count: number): Html {
  const areas = [...new Set(shown.map(({ told }) => areaOf(told.rule.id)))].sort();
  return html`<section id="findings" aria-labelledby="h-findings" tabindex="-1"><h2 id="h-findings">Findings</h2>
${
  count === 0
    ? html`<p>Nothing departs from the practices that could be judged.</p>`
    : html`<form class="filters" role="search" data-needs-script>
<label class="search">Search <input type="search" id="query" placeholder="guest, rule, word …" autocomplete="off" spellcheck="false"></label>
<label>Area <select id="area"><option value="">all</option>${areas.map(area => html`<option>${area}</option>`)}</select></label>
<label>Of <select id="guest"><option value="">host and guests</option></select></label>
<button type="button" id="open-all">Open all</button><button type="button" id="clear">Clear</button>
</form>
<p id="shown" role="status" aria-live="polite">${count} ${count === 1 ? 'finding' : 'findings'}, told once each where several are alike</p>
<div class="list">${shown.map(findingHtml)}</div>
<p id="none" hidden>No finding is like that. <button type="button" id="clear-none">Show all</button></p>
${count > shown.length && html`<p>${count - shown.length} more findings are in the JSON report only.</p>`}`
}</section>`;
}

const areaOf = (id: string): string => id.slice(0, id.indexOf('/'));
