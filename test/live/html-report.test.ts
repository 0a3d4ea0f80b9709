import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { known, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import type { CheckReport } from '#report/check-report';
import { checkHtml } from '#report/html/check-html';
import { gib } from '#units/bytes';
import { reportOfMachine, reportOfSource } from '../judged-machine.js';
import { gridOfCpus, guestWithPins, machineOf } from '../picture-sketches.js';
import { sketchHost } from '../sketches.js';
import { contrastProbe, pictureProbe } from './page-probes.js';

const program = '/usr/bin/chromium';
const skip = existsSync(program) ? false : 'no chromium (Debian package chromium)';

let browser: Browser | undefined;
const folder = mkdtempSync(join(tmpdir(), 'nearmetal-page-'));
before(async () => {
  if (skip === false)
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Addresses that were asked for, and what the page complained of. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

async function open(report: CheckReport, scheme: 'light' | 'dark' = 'light', width = 1280): Promise<Opened> {
  assert.ok(browser);
  const file = join(folder, 'report.html');
  writeFileSync(file, checkHtml(report));
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', request => requests.push(request.url()));
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href);
  return { page, requests, complaints };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
interface SeenPicture {
  readonly packages: readonly { readonly id: number; readonly box: Box }[];
  readonly nodes: readonly {
    readonly id: string;
    readonly box: Box;
    readonly cores: readonly {
      readonly box: Box;
      readonly cpus: readonly {
        readonly cpu: number;
        readonly box: Box;
        readonly labels: readonly { readonly text: string; readonly box: Box }[];
      }[];
    }[];
  }[];
}

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
const isApart = (a: Box, b: Box): boolean =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** Holds the picture on the page against the facts that it was drawn from. */
function assertPicture({ nodes }: SeenPicture, { host, guests }: Machine): void {
  const cpus = (valueIfKnown(host.cpus) ?? []).filter(({ online }) => online);
  const seen = nodes.flatMap(node => node.cores.flatMap(core => core.cpus.map(cpu => ({ node, core, ...cpu }))));
  assert.deepEqual(
    seen.map(({ cpu }) => cpu).sort((a, b) => a - b),
    cpus.map(({ cpu }) => cpu),
  );
  for (const { cpu, node, core, box, labels } of seen) {
    const fact = cpus.find(each => each.cpu === cpu);
    assert.equal(node.id, `${fact?.node}`, `CPU ${cpu}`);
    assert.ok(isWithin(core.box, node.box), `the core of CPU ${cpu} lies in its node`);
    assert.ok(isWithin(box, core.box), `CPU ${cpu} lies in its core`);
    assert.equal(core.cpus.map(each => each.cpu).join(','), [...(fact?.siblings ?? [])].join(','));
    for (const label of labels) assert.ok(isWithin(label.box, box), `"${label.text}" lies in CPU ${cpu}`);
  }
  for (const list of [nodes, nodes.flatMap(({ cores }) => cores), seen])
    for (const [at, one] of list.entries())
      for (const other of list.slice(at + 1)) assert.ok(isApart(one.box, other.box));
  let pins = 0;
  for (const { name, live, config } of valueIfKnown(guests) ?? []) {
    const tuning = valueIfKnown((valueIfKnown(live) ?? config).cputune);
    for (const { vcpu, cpuset } of tuning?.vcpuPins ?? [])
      for (const cpu of cpuset.size > 4 ? [] : cpuset) {
        const here = seen.find(each => each.cpu === cpu);
        if (here === undefined) continue;
        pins++;
        const isNamed = here.labels.some(({ text }) => text.includes(name) && new RegExp(`[·,]${vcpu}\\b`).test(text));
        assert.ok(isNamed, `vCPU ${vcpu} of ${name} is shown on CPU ${cpu}`);
      }
  }
  assert.ok(pins >= 10, `${pins} pins looked for`);
}

test('the picture is right: cores lie in their nodes, siblings in their core, vCPUs on the CPUs they are pinned to', {
  skip,
}, async () => {
  const report = await reportOfSource('examples/kvm-4-nodes');
  const { page } = await open(report);
  assertPicture(await page.evaluate<SeenPicture>(pictureProbe), report.machine);
  await page.close();
});

test('the picture of a larger machine is right too, at any width', { skip }, async () => {
  const { cpus, nodes } = gridOfCpus(4, 16, 2, gib(64));
  const host = sketchHost({ cpus: known(cpus), nodes: known(nodes) });
  const guests = Array.from({ length: 10 }, (_, at) =>
    guestWithPins(`guest-${at}`, { 0: `${at * 3}`, 1: `${at * 3 + 64}` }, { emulator: '60-61' }),
  );
  const report = reportOfMachine(machineOf(host, guests));
  for (const width of [400, 1600]) {
    const { page } = await open(report, 'light', width);
    assertPicture(await page.evaluate<SeenPicture>(pictureProbe), report.machine);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than its window of ${width}`);
    await page.close();
  }
});

test('nothing leaves the page, and nothing in it is refused', { skip }, async () => {
  const { page, requests, complaints } = await open(await reportOfSource('examples/kvm-4-nodes'));
  await page.keyboard.press('/');
  await page.keyboard.type('db01');
  await page.waitForTimeout(300);
  assert.deepEqual(
    requests.map(address => address.replace(/.*\//, '')),
    ['report.html'],
  );
  assert.deepEqual(complaints, []);
  const refused = await page.evaluate<string>(`fetch('http://127.0.0.1:9/').then(() => 'went out', () => 'refused')`);
  assert.equal(refused, 'refused');
  await page.close();
});

test('by keyboard alone: search, filter, step through findings, open one, clear', { skip }, async () => {
  const { page } = await open(await reportOfSource('examples/kvm-4-nodes'));
  const all = await page.locator('.finding').count();
  const visible = (): Promise<number> => page.locator('.finding:visible').count();

  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the findings');
  assert.notEqual(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`), 'none');

  await page.keyboard.press('/');
  assert.equal(await page.evaluate('document.activeElement.id'), 'query');
  await page.keyboard.type('hugetlbfs 1 GiB');
  assert.ok((await visible()) < all);
  assert.match((await page.locator('#shown').textContent()) ?? '', new RegExp(`^\\d+ of ${all} findings$`));

  await page.keyboard.press('Escape');
  assert.equal(await visible(), all);
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await page.evaluate(`document.activeElement.closest('.finding').dataset.n`), '0');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.finding[open]').count(), 1);
  assert.ok(await page.locator('.finding[open] dd').first().isVisible());

  const tile = page.locator('.tile[data-filter=error]');
  await tile.focus();
  await page.keyboard.press('Space');
  assert.equal(await tile.getAttribute('aria-pressed'), 'true');
  assert.equal(await visible(), await page.locator('.finding[data-severity=error]').count());

  await page.keyboard.press('Escape');
  await page.locator('#guest').selectOption({ label: 'db01' });
  const lit = await page.evaluate(`[...document.querySelectorAll('.pic-lit')].map(cpu => Number(cpu.dataset.cpu))`);
  assert.deepEqual(lit, [0, 1, 2, 3]);
  assert.ok((await visible()) < all && (await visible()) > 0);
  await page.close();
});

test('every control has a name, headings step by one, and lists of findings are reached in order', {
  skip,
}, async () => {
  const { page } = await open(await reportOfSource('examples/kvm-4-nodes'));
  const nameless =
    await page.evaluate(`[...document.querySelectorAll('button, input, select, a, [role=region], summary')]
    .filter(each => !(each.textContent.trim() || each.ariaLabel || each.labels?.length)).map(each => each.outerHTML)`);
  assert.deepEqual(nameless, []);
  const levels = await page.evaluate<number[]>(
    `[...document.querySelectorAll('h1, h2, h3')].map(each => Number(each.tagName[1]))`,
  );
  assert.equal(levels.filter(level => level === 1).length, 1);
  assert.ok(levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1));
  assert.equal(
    await page.evaluate(`document.querySelectorAll('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])').length`),
    0,
  );
  await page.close();
});

for (const scheme of ['light', 'dark'] as const)
  test(`in ${scheme} every text has a contrast of 4.5 and more to what is behind it`, { skip }, async () => {
    const { page } = await open(await reportOfSource('examples/kvm-4-nodes'), scheme);
    await page.evaluate(`document.querySelectorAll('details').forEach(each => { each.open = true; })`);
    const found = await page.evaluate<{ text: string; ratio: number }[]>(contrastProbe);
    assert.ok(found.length > 500, `${found.length} texts`);
    assert.deepEqual(
      found.filter(({ ratio }) => !(ratio >= 4.5)),
      [],
    );
    const back = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    assert.equal(back, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 29)');
    await page.close();
  });

test('a hostile name runs nothing and asks for nothing', { skip }, async () => {
  const evil =
    '<img src=http://127.0.0.1:9/x onerror=document.title="ran">"\'</script><script>document.title="ran"</script>';
  const { cpus, nodes } = gridOfCpus(1, 2, 2, gib(8));
  const host = sketchHost({ name: known(evil), cpus: known(cpus), nodes: known(nodes) });
  const { page, requests, complaints } = await open(
    reportOfMachine(machineOf(host, [guestWithPins(evil, { 0: '1' })])),
  );
  await page.evaluate(`document.querySelectorAll('details').forEach(each => { each.open = true; })`);
  await page.waitForTimeout(200);
  assert.notEqual(await page.title(), 'ran');
  assert.deepEqual([requests.length, complaints], [1, []]);
  assert.equal(await page.locator('main img').count(), 0);
  assert.ok((await page.locator('h1').textContent())?.startsWith('<img src='));
  await page.close();
});

test('printed, closed findings are open', { skip }, async () => {
  const { page } = await open(await reportOfSource('examples/kvm-4-nodes'));
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  assert.equal(await page.locator('.finding:not([open])').count(), 0);
  await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
  assert.equal(await page.locator('.finding[open]').count(), 0);
  await page.close();
});
