import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { known } from '#model/known';
import type { CheckReport } from '#report/check-report';
import { checkHtml } from '#report/html/check-html';
import { gib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { reportOfMachine, reportOfSource } from '../../../test/judged-machine.js';
import { gridOfCpus, guestWithPins, machineOf } from '../../../test/picture-sketches.js';
import { sketchConfig, sketchGuest, sketchHost } from '../../../test/sketches.js';

const example = await reportOfSource('examples/kvm-4-nodes');

const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\' --> <!-- \u202e';

const hostile = (): CheckReport => {
  const { cpus, nodes } = gridOfCpus(2, 2, 2, gib(8));
  const host = sketchHost({ name: known(evil), cpus: known(cpus), nodes: known(nodes) });
  const off = sketchGuest(`${evil}2`, {
    config: sketchConfig({ vcpus: known({ max: 64, current: 64, cpuset: CpuSet.parse('0-7'), placement: undefined }) }),
  });
  const report = reportOfMachine({
    ...machineOf(host, [guestWithPins(evil, { 0: '1', 1: '1' }), off]),
    source: evil,
    notes: [evil],
  });
  return { ...report, problems: [{ message: evil }] };
};

test('the policy of the page allows its own script and style by their hashes, and nothing else', () => {
  const page = checkHtml(example);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  assert.ok(script.length > 1000 && style.length > 1000);
  assert.ok(policy.startsWith('default-src &#39;none&#39;'));
  assert.ok(policy.includes(hash(script)) && policy.includes(hash(style)));
  assert.doesNotMatch(page, /\sstyle="|\son[a-z]+="|https?:\/\/(?!www\.w3\.org\/2000\/svg)[^<]*"[ >]|src="/);
});

test('hostile names of host, guest and source stand as text only', () => {
  const page = checkHtml(hostile());
  assert.equal(page.match(/<script/g)?.length, 2);
  assert.equal(page.match(/<\/script/g)?.length, 2);
  assert.doesNotMatch(page, /<img|<!--/);
  assert.equal(page.includes('\u202e'), false);
  const data = JSON.parse(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '');
  assert.ok(data.guests.some((name: string) => name.startsWith('</script><script>alert(1)')));
});

test('every finding is there with what was found and what to do, and each has an anchor of its own', () => {
  const page = checkHtml(example);
  const ids = [...page.matchAll(/<details class="finding[^>]* id="(f-[0-9a-f]{12})"/g)].map(([, id]) => id);
  assert.ok(ids.length > 50);
  assert.equal(new Set(ids).size, ids.length);
  const rules = new Set(example.outcomes.filter(({ outcome }) => outcome === 'bad').map(({ rule }) => rule.id));
  for (const rule of rules) assert.ok(page.includes(`<dt>rule</dt><dd>${rule}`), rule);
});

test('a thousand guests with pins and faults make a page of bounded size in bounded time', t => {
  const { cpus, nodes } = gridOfCpus(8, 64, 2, gib(256));
  const host = sketchHost({ name: known('large'), cpus: known(cpus), nodes: known(nodes) });
  const guests = Array.from({ length: 1000 }, (_, at) =>
    guestWithPins(`guest-${at}`, { 0: `${at}`, 1: `${(at + 7) % 1024}`, 2: `${at % 5}` }, { emulator: '0-3' }),
  );
  const report = reportOfMachine(machineOf(host, guests));
  const found = report.outcomes.filter(({ outcome }) => outcome === 'bad').length;
  const began = performance.now();
  const page = checkHtml(report);
  t.diagnostic(`${found} findings, ${Math.round(page.length / 1024)} KiB, ${Math.round(performance.now() - began)} ms`);
  assert.ok(found > 3000);
  assert.ok(page.length < 4 * 1024 * 1024, `${page.length} bytes`);
});

test('a report without a machine or without findings is a page too', () => {
  const machine = { ...machineOf(sketchHost(), []), extent: 'documents' as const };
  const page = checkHtml({ ...reportOfMachine(machine), outcomes: [] });
  assert.match(page, /The CPUs cannot be drawn/);
  assert.match(page, /Nothing departs from the practices/);
});
