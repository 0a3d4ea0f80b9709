import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, children, text as elementText } from '#formats/xml/xml-tree';
import type { CheckReport } from '#report/check-report';
import { checkJunit } from '#report/junit/check-junit';
import {
  faultyGuest,
  hostileNames,
  reportOfXml,
  thousandGuests,
  withNames,
  withWaiver,
} from '../../../test/report-of.js';

/**
 * Elements in their order and attributes, as jenkins-junit.xsd (of the JUnit model of Jenkins) allows them; other readers take more.
 * No package that we use carries the schema itself.
 */
const schema: Readonly<
  Record<
    string,
    { readonly holds: readonly string[]; readonly has: readonly string[]; readonly must: readonly string[] }
  >
> = {
  testsuites: { holds: ['testsuite'], has: ['name', 'time', 'tests', 'failures', 'disabled', 'errors'], must: [] },
  testsuite: {
    holds: ['properties', 'testcase', 'system-out', 'system-err'],
    has: [
      'name',
      'tests',
      'failures',
      'errors',
      'time',
      'disabled',
      'skipped',
      'timestamp',
      'hostname',
      'id',
      'package',
    ],
    must: ['name', 'tests'],
  },
  properties: { holds: ['property'], has: [], must: [] },
  property: { holds: [], has: ['name', 'value'], must: ['name', 'value'] },
  testcase: {
    holds: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    has: ['name', 'assertions', 'time', 'classname', 'status'],
    must: ['name'],
  },
  skipped: { holds: [], has: [], must: [] },
  error: { holds: [], has: ['type', 'message'], must: [] },
  failure: { holds: [], has: ['type', 'message'], must: [] },
  'system-out': { holds: [], has: [], must: [] },
};

function judge(element: XmlElement): void {
  const rule = schema[element.name];
  assert.ok(rule, element.name);
  const inside = element.children.map(({ name }) => rule.holds.indexOf(name));
  assert.ok(!inside.includes(-1), element.name);
  assert.deepEqual(
    inside,
    [...inside].sort((a, b) => a - b),
  );
  const names = element.attributes.map(({ name }) => name);
  assert.ok(
    names.every(name => rule.has.includes(name)),
    names.join(),
  );
  assert.ok(
    rule.must.every(name => names.includes(name)),
    names.join(),
  );
  for (const child of element.children) judge(child);
}

/** The root, judged by the schema, with its numbers added up. */
function junit(report: CheckReport): XmlElement {
  const { root } = parseXml(checkJunit(report), { file: 'junit.xml' });
  judge(root);
  const total = { tests: 0, failures: 0, errors: 0 };
  for (const suite of children(root, 'testsuite')) {
    const cases = children(suite, 'testcase');
    const having = (name: string): number => cases.filter(one => children(one, name).length > 0).length;
    const counts = { tests: cases.length, failures: having('failure'), errors: having('error') };
    for (const [name, count] of Object.entries(counts)) assert.equal(attribute(suite, name), String(count));
    assert.equal(attribute(suite, 'skipped'), String(having('skipped')));
    total.tests += counts.tests;
    total.failures += counts.failures;
    total.errors += counts.errors;
    const names = cases.map(one => attribute(one, 'name'));
    assert.equal(new Set(names).size, names.length, 'each case of a suite has a name of its own');
  }
  for (const [name, count] of Object.entries(total)) assert.equal(attribute(root, name), String(count));
  return root;
}

const suite = (root: XmlElement, name: string): XmlElement | undefined =>
  children(root, 'testsuite').find(one => attribute(one, 'name') === name);
const caseOf = (root: XmlElement, suiteName: string, name: string): XmlElement | undefined =>
  children(suite(root, suiteName) ?? root, 'testcase').find(one => attribute(one, 'name') === name);

const files = { 'web01.xml': faultyGuest({ name: 'web01' }), 'web02.xml': faultyGuest({ name: 'web02' }) };

test('a suite for each guest, in it a case for each rule and device; what fails the run is a failure', () => {
  const root = junit(reportOfXml(files));
  assert.deepEqual(
    children(root, 'testsuite').map(one => attribute(one, 'name')),
    ['guest web01', 'guest web02'],
  );
  const [failure] = children(caseOf(root, 'guest web02', 'guest-disk/cache-unsafe') ?? root, 'failure');
  assert.ok(failure);
  assert.equal(attribute(failure, 'type'), 'error');
  assert.equal(attribute(failure, 'message'), 'web02 flushes to 2 of its disks are ignored: cache unsafe');
  assert.match(elementText(failure), /\nfinds: hda: cache unsafe {2}\(web02\.xml:7:5\)\n.*\nalike: [0-9a-f]{16}$/s);
  assert.ok(caseOf(root, 'guest web01', 'guest-net/virtio-model [network interface 52:54:00:00:00:01]'));
});

test('lesser findings pass and are told; --fail-on decides', () => {
  const passed = caseOf(junit(reportOfXml(files)), 'guest web01', 'guest-devices/rng-present');
  assert.deepEqual(
    passed?.children.map(({ name }) => name),
    ['system-out'],
  );
  const failed = caseOf(junit(reportOfXml(files, { failOn: 'hint' })), 'guest web01', 'guest-devices/rng-present');
  assert.deepEqual(
    failed?.children.map(({ name }) => name),
    ['failure'],
  );
  assert.equal(attribute(junit(reportOfXml(files, { failOn: 'none' })), 'failures'), '0');
});

test('what is unknown, does not apply or is waived is skipped with the reason; problems and rules that failed are errors', () => {
  const problems = [{ message: 'b.xml:2:9: no', doThis: 'Mend it.', place: { file: 'b.xml', line: 2, column: 9 } }];
  const { 'web01.xml': only } = files;
  const root = junit(withWaiver(reportOfXml({ 'web01.xml': only }, { problems }), 'guest-disk/cache-unsafe'));
  const why = (rule: string): string => {
    const [skipped] = children(caseOf(root, 'guest web01', rule) ?? root, 'skipped');
    return skipped === undefined ? '' : elementText(skipped);
  };
  assert.match(
    why('guest-boot/clock-timers'),
    /^unknown: the XML does not name the operating system; supplied by: virt-xml web01 /,
  );
  assert.match(
    why('guest-disk/cache-unsafe'),
    /^waived by ops@example\.com until 2027-01-31: a scratch disk; flushes to 2 /,
  );
  assert.match(why('xen/emulator-i386'), /^not applicable: /);
  assert.equal(attribute(suite(root, 'input') ?? root, 'errors'), '1');
  assert.equal(attribute(suite(root, 'guest web01') ?? root, 'errors'), '1');
});

test('hostile names stay text, of bounded length', () => {
  const text = checkJunit(withNames(reportOfXml(files), hostileNames));
  judge(parseXml(text, { file: 'junit.xml' }).root);
  assert.ok(!text.includes('<script'));
  assert.ok(!text.includes('\u202e'));
  assert.ok(Math.max(...text.split('\n').map(line => line.length)) < 10_000);
});

test('a thousand guests take seconds', () => {
  const report = thousandGuests();
  const started = performance.now();
  assert.equal(checkJunit(report).match(/<testsuite /g)?.length, 1000);
  assert.ok(performance.now() - started < 30_000);
});

const python = '/usr/bin/python3';
const reads =
  'import sys\nfrom junitparser import JUnitXml\nx = JUnitXml.fromfile(sys.argv[1])\nx.update_statistics()\nprint(x.tests, x.failures, x.errors, sum(s.skipped for s in x), sum(1 for s in x for c in s if c.result and c.result[0].message))';
const lacking = ((): string | false => {
  if (!existsSync(python)) return 'no python3';
  try {
    execFileSync(python, ['-c', 'import junitparser'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no junitparser (Debian package python3-junitparser)';
  }
})();

test('junitparser reads the same numbers', { skip: lacking }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-junit-'));
  after(() => rmSync(folder, { recursive: true }));
  const report = withWaiver(reportOfXml(files), 'guest-disk/cache-unsafe');
  const root = junit(report);
  writeFileSync(join(folder, 'junit.xml'), checkJunit(report));
  const [tests, failures, errors, skipped, told] = execFileSync(python, ['-c', reads, join(folder, 'junit.xml')], {
    encoding: 'utf8',
  })
    .trim()
    .split(' ')
    .map(Number);
  const sum = (name: string): number =>
    children(root, 'testsuite').reduce((so, one) => so + Number(attribute(one, name)), 0);
  assert.deepEqual([tests, failures, errors, skipped], ['tests', 'failures', 'errors', 'skipped'].map(sum));
  assert.equal(told, sum('failures') + sum('errors'));
});
