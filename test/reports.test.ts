import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Example } from '#check/example';
import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import type { CheckReport } from '#report/check-report';
import { checkText } from '#report/human/check-text';
import { terminalStyle } from '#report/human/style';
import { checkJson } from '#report/json/check-json';
import { factsJson } from '#report/json/facts-json';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';

const faulty = {
  name: 'a host with faults',
  guest:
    "<memory unit='GiB'>48</memory><memoryBacking><hugepages/></memoryBacking><devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>",
  others: [
    "<memory unit='GiB'>32</memory>",
    "<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>",
  ],
  files: { '/sys/kernel/mm/ksm/run': '1', '/proc/swaps': 'denied' },
  expect: 'bad',
} as const satisfies Example;

function reportOf(example: Example): CheckReport {
  const machine = collectMachine({ source: example.name, extent: 'host', sources: exampleSources(example) });
  const outcomes = resolveConflicts(runRules(machine, rules, noWishes, new Date('2026-11-01T12:00:00Z')), conflicts);
  return {
    version: '0.1.0',
    policy: 'current',
    machine,
    outcomes,
    at: new Date('2026-11-01T12:00:00Z'),
    failOn: 'warning',
    exitCode: 2,
    tookMs: 400,
  };
}

const schema = JSON.parse(readFileSync('docs/schemas/check-1.schema.json', 'utf8'));
const validate = (
  String(schema.$schema).includes('2020') ? new Ajv2020({ strict: false }) : new Ajv({ strict: false })
).compile(schema);

test('the JSON report validates against the schema that ships, and survives JSON', () => {
  for (const example of [faulty, { name: 'the reference machine', expect: 'good' } as const]) {
    const document = checkJson(reportOf(example));
    const again = JSON.parse(JSON.stringify(document));
    assert.ok(validate(again), JSON.stringify(validate.errors?.slice(0, 3)));
    const counted = Object.values(document.summary).reduce((sum, count) => sum + count, 0);
    assert.equal(counted, document.outcomes.length);
  }
});

test('the schema refuses what is no report', () => {
  assert.ok(!validate({ schema: 'nearmetal.check/1' }));
  assert.ok(!validate({ ...checkJson(reportOf(faulty)), schema: 'nearmetal.check/9' }));
});

test('a finding keeps its fingerprint when the value found changes, and another subject has another', () => {
  const bads = (example: Example): ReadonlyMap<string, string> =>
    new Map(
      checkJson(reportOf(example))
        .outcomes.filter(({ outcome }) => outcome === 'bad')
        .map(one => [`${one.rule} ${one.subject.guest ?? ''} ${one.subject.name}`, one.fingerprint]),
    );
  const before = bads(faulty);
  const after = bads({ ...faulty, guest: faulty.guest.replace('>48<', '>50<') });
  const shared = [...before].filter(([key]) => after.has(key));
  assert.ok(shared.length >= 3);
  for (const [key, fingerprint] of shared) assert.equal(after.get(key), fingerprint, key);
  assert.equal(new Set(before.values()).size, before.size);
});

test('a sound machine has no finding', () => {
  const report = reportOf({ name: 'the reference machine', expect: 'good' });
  assert.deepEqual(
    report.outcomes.flatMap(one =>
      one.outcome === 'bad'
        ? [`${one.rule.id}: ${one.finding.saw}`]
        : one.outcome === 'crashed'
          ? [one.error.stack]
          : [],
    ),
    [],
  );
});

test('a person reads the worst first, equal findings once, what was not looked at, and the counts', () => {
  const text = checkText(reportOf(faulty), terminalStyle(false, 100), 'normal');
  const severities = [...text.matchAll(/^(ERROR|WARNING|INFO|HINT)/gm)].map(match => match[1] ?? '');
  const ranks = severities.map(severity => ['ERROR', 'WARNING', 'INFO', 'HINT'].indexOf(severity));
  assert.deepEqual(
    ranks,
    [...ranks].sort((a, b) => a - b),
  );
  assert.match(text, /2 network interfaces \(.*\):/);
  assert.match(text, /not looked at \(\d+\) /);
  assert.match(text, /\d+ errors? · .*\d+ good/);
  assert.match(text, /do these five first/);
  for (const line of text.split('\n')) assert.ok(line.length <= 100 || !line.trim().includes(' '), line);
  const summary = checkText(reportOf(faulty), terminalStyle(false, 80), 'summary');
  assert.ok(summary.split('\n').length <= 26, summary);
});

test('colour adds to the words and takes none away', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  const plain = checkText(reportOf(faulty), terminalStyle(true, 100), 'normal').replaceAll(/\u001b\[\d+m/g, '');
  assert.equal(plain, checkText(reportOf(faulty), terminalStyle(false, 100), 'normal'));
});

test('facts are bare values with their evidence by path, absent ones null, unknown ones named', () => {
  const document = JSON.parse(JSON.stringify(factsJson(reportOf(faulty).machine, '0.1.0')));
  assert.deepEqual(Object.keys(document.host.cpus[0]).slice(0, 4), ['cpu', 'core', 'socket', 'die']);
  assert.equal(document.host.cpus.length, 16);
  assert.equal(document.host.memory.total, 64 * 1024 ** 3);
  assert.ok(document.evidence['host.memory.total'][0].from.startsWith('/proc/meminfo'));
  assert.equal(document.host.memory.swaps, undefined);
  assert.match(document.unknown['host.memory.swaps'].reason, /\/proc\/swaps/);
  assert.equal(document.host.guestOf, null);
});
