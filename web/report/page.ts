// The script of the HTML report. It filters what stands in the page already and adds what only it knows: all subjects of a finding.
// Foreign text reaches the page as text only (textContent), never as markup.

/** As `pageData` of src/report/html/finding-html.ts writes it. */
interface PageData {
  readonly guests: readonly string[];
  readonly findings: readonly (readonly (readonly [guest: number, device: string, own: string])[])[];
}

const element = (id: string): HTMLElement | null => document.getElementById(id);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own page wrote it
const data = JSON.parse(element('data')?.textContent ?? '{"guests":[],"findings":[]}') as PageData;
const findings = [...document.querySelectorAll<HTMLDetailsElement>('.finding')];
const query = element('query');
const area = element('area');
const guest = element('guest');
const shown = element('shown');
const texts = findings.map(finding => searchText(finding));
const severities = new Set<string>();

/** What a search looks at: the words of the finding, and the names of all its subjects. */
function searchText(finding: HTMLElement): string {
  const subjects = data.findings[numberOf(finding)] ?? [];
  const names = subjects.map(([at, device]) => `${data.guests[at] ?? ''} ${device}`);
  return `${finding.textContent ?? ''} ${finding.dataset['severity'] ?? ''} ${names.join(' ')}`.toLowerCase();
}

function numberOf(finding: HTMLElement): number {
  return Number(finding.dataset['n']);
}

const valueIn = (input: HTMLElement | null): string =>
  input instanceof HTMLInputElement || input instanceof HTMLSelectElement ? input.value : '';

function setValue(input: HTMLElement | null, value: string): void {
  if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = value;
}

/** Shows the findings that fit all that was chosen. */
function filter(): void {
  const words = valueIn(query).toLowerCase().split(/\s+/).filter(Boolean);
  const wantedArea = valueIn(area);
  const wantedGuest = valueIn(guest);
  let count = 0;
  for (const [at, finding] of findings.entries()) {
    const isFitting =
      words.every(word => texts[at]?.includes(word)) &&
      (severities.size === 0 || severities.has(finding.dataset['severity'] ?? '')) &&
      (wantedArea === '' || finding.dataset['area'] === wantedArea) &&
      (wantedGuest === '' || (data.findings[at] ?? []).some(([place]) => `${place}` === wantedGuest));
    finding.hidden = !isFitting;
    if (isFitting) count++;
  }
  const isAll = count === findings.length;
  if (shown !== null) shown.textContent = isAll ? `${count} findings` : `${count} of ${findings.length} findings`;
  const none = element('none');
  if (none !== null) none.hidden = count > 0;
  light(wantedGuest);
}

/** In the picture, marks the CPUs of a guest and takes back the others. */
function light(wanted: string): void {
  const isChosen = wanted !== '' && wanted !== '-1';
  for (const cpu of document.querySelectorAll<SVGElement>('.pic-cpu')) {
    const isHere = (cpu.dataset['guests'] ?? '').split(' ').includes(wanted);
    cpu.classList.toggle('pic-lit', isChosen && isHere);
    cpu.classList.toggle('pic-unlit', isChosen && !isHere);
  }
}

function clear(): void {
  setValue(query, '');
  setValue(area, '');
  setValue(guest, '');
  severities.clear();
  for (const tile of document.querySelectorAll('.tile')) tile.setAttribute('aria-pressed', 'false');
  filter();
}

/** Puts the guests that have findings into the list to choose from. */
function fillGuests(): void {
  const there = new Set(data.findings.flatMap(subjects => subjects.map(([at]) => at)));
  const names = [...there]
    .filter(at => at >= 0)
    .map(at => ({ at, name: data.guests[at] ?? '' }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  guest?.append(
    ...(there.has(-1) ? [new Option('only what is no guest’s', '-1')] : []),
    ...names.map(({ at, name }) => new Option(name, `${at}`)),
  );
}

/** Replaces the first names of a finding by a table of all, when it is opened. */
function listSubjects(list: HTMLDetailsElement): void {
  const finding = list.closest<HTMLElement>('.finding');
  if (finding === null || list.querySelector('table') !== null) return;
  const table = document.createElement('table');
  for (const [at, device, own] of data.findings[numberOf(finding)] ?? []) {
    const row = table.insertRow();
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = [data.guests[at] ?? '', device].filter(Boolean).join(' ');
    row.append(name);
    row.insertCell().textContent = own;
  }
  list.querySelector('p')?.replaceWith(table);
}

/** The next or previous visible finding, from the one that has the focus. */
function step(by: 1 | -1): void {
  const visible = findings.filter(finding => !finding.hidden);
  const now = visible.findIndex(finding => finding.contains(document.activeElement));
  const next = visible[now < 0 ? (by === 1 ? 0 : visible.length - 1) : now + by];
  next?.querySelector('summary')?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Opens the finding that the address names. */
function openNamed(): void {
  const named = element(decodeURIComponent(location.hash.slice(1)));
  if (!(named instanceof HTMLDetailsElement)) return;
  if (named.hidden) clear();
  named.open = true;
  named.scrollIntoView();
  named.querySelector('summary')?.focus();
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    clear();
    return;
  }
  if (isTyping(event.target)) return;
  if (event.key === '/') {
    event.preventDefault();
    query?.focus();
  } else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
});
for (const tile of document.querySelectorAll<HTMLElement>('.tile'))
  tile.addEventListener('click', () => {
    const severity = tile.dataset['filter'] ?? '';
    if (!severities.delete(severity)) severities.add(severity);
    tile.setAttribute('aria-pressed', `${severities.has(severity)}`);
    filter();
  });
for (const input of [query, area, guest]) input?.addEventListener('input', filter);
document.querySelector('form')?.addEventListener('submit', event => event.preventDefault());
element('clear')?.addEventListener('click', clear);
element('clear-none')?.addEventListener('click', clear);
element('open-all')?.addEventListener('click', event => {
  const visible = findings.filter(finding => !finding.hidden);
  const isOpening = visible.some(finding => !finding.open);
  for (const finding of visible) finding.open = isOpening;
  if (event.currentTarget instanceof HTMLElement)
    event.currentTarget.textContent = isOpening ? 'Close all' : 'Open all';
});
for (const list of document.querySelectorAll<HTMLDetailsElement>('.subjects'))
  list.addEventListener('toggle', () => {
    if (list.open) listSubjects(list);
  });
let closed: readonly HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  closed = findings.filter(finding => !finding.open);
  for (const finding of closed) finding.open = true;
});
addEventListener('afterprint', () => {
  for (const finding of closed) finding.open = false;
});
addEventListener('hashchange', openNamed);
document.documentElement.classList.add('has-script');
fillGuests();
openNamed();
