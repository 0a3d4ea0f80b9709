import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Result } from 'sarif';
import type { CheckReport } from '#report/check-report';
import { fingerprintOf } from '#report/fingerprint';
import { checkSarif } from '#report/sarif/check-sarif';
import {
  faultyGuest,
  hostileNames,
  reportOfXml,
  thousandGuests,
  withNames,
  withWaiver,
} from '../../../test/report-of.js';

/** The schema of SARIF 2.1.0 as its maintainers ship it. */
const schemaFile = new URL('../assets/sarif-2.1.0.schema.json', import.meta.resolve('@microsoft/sarif-multitool-ts'));
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')),
);

function sarif(report: CheckReport): ReturnType<typeof checkSarif> {
  const log = checkSarif(report);
  assert.ok(validate(JSON.parse(JSON.stringify(log))), JSON.stringify(validate.errors?.slice(0, 3)));
  return log;
}

const results = (report: CheckReport): readonly Result[] => sarif(report).runs[0]?.results ?? [];

const text = faultyGuest({ name: 'web01', blankLines: 3 });

test('the schema of SARIF 2.1.0 takes every report, and refuses what is none', () => {
  sarif(reportOfXml({ 'web01.xml': text }));
  sarif(withWaiver(reportOfXml({ 'web01.xml': text }), 'guest-disk/cache-unsafe'));
  sarif(withNames(reportOfXml({ 'web01.xml': text }), hostileNames));
  sarif(reportOfXml({}));
  assert.ok(!validate({ version: '2.1.0', runs: [{ results: [] }] }));
  assert.ok(
    !validate({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'x' } }, results: [{ level: 'hint', message: { text: '' } }] }],
    }),
  );
});

test('each finding stands at its element in the file, each part of it at its own', () => {
  const found = results(reportOfXml({ 'guests/web01.xml': text }, { folder: '/repo', workingCopy: '/repo' }));
  const lines = text.split('\n');
  const at = (result: Result | undefined): readonly string[] =>
    (result?.locations ?? []).map(({ physicalLocation }) => {
      assert.deepEqual(physicalLocation?.artifactLocation, { uri: 'guests/web01.xml', uriBaseId: 'SRCROOT' });
      const { startLine = 0, startColumn = 0 } = physicalLocation?.region ?? {};
      return (lines[startLine - 1] ?? '').slice(startColumn - 1);
    });
  const of = (rule: string): Result | undefined => found.find(({ ruleId }) => ruleId === rule);
  const disks = at(of('guest-disk/cache-unsafe'));
  assert.equal(disks.length, 2);
  for (const disk of disks) assert.match(disk, /^<disk type='file'/);
  assert.match(at(of('guest-net/virtio-model'))[0] ?? '', /^<interface type='network'>/);
  assert.match(at(of('guest-cpu/model-not-default'))[0] ?? '', /^<domain type='kvm'>/);
  assert.ok(found.every(result => at(result).length > 0));
});

test('files are relative to the working copy, wherever in it the program was started; others are absolute', () => {
  const uris = (file: string, folder: string, workingCopy: string | undefined): string | undefined =>
    results(reportOfXml({ [file]: text }, { folder, workingCopy }))[0]?.locations?.[0]?.physicalLocation
      ?.artifactLocation?.uri;
  assert.equal(uris('web 01#.xml', '/repo/guests', '/repo'), 'guests/web%2001%23.xml');
  assert.equal(uris('../x.xml', '/repo/guests', '/repo'), 'x.xml');
  assert.equal(uris('/repo/a/x.xml', '/elsewhere', '/repo'), 'a/x.xml');
  assert.equal(uris('x.xml', '/here', undefined), 'x.xml');
  assert.equal(uris('/other/x.xml', '/repo', '/repo'), 'file:///other/x.xml');
  assert.equal(uris('standard input', '/repo', '/repo'), undefined);
});

test('a result carries our fingerprint, its rule, its level and the key of its like', () => {
  const report = reportOfXml({ 'a.xml': text, 'b.xml': faultyGuest({ name: 'web02', memory: 9 }) });
  const run = sarif(report).runs[0];
  const bads = report.outcomes.filter(({ outcome }) => outcome === 'bad');
  assert.deepEqual(
    run?.results?.map(({ partialFingerprints }) => partialFingerprints?.['nearmetal/v1']),
    bads.map(fingerprintOf),
  );
  for (const { ruleId, ruleIndex, message } of run?.results ?? []) {
    assert.equal(run?.tool.driver.rules?.[ruleIndex ?? -1]?.id, ruleId);
    assert.match(message.text ?? '', /^web0[12] .*\n/);
  }
  const alike = (run?.results ?? [])
    .filter(({ ruleId }) => ruleId === 'guest-disk/cache-unsafe')
    .map(({ properties }) => properties?.['alike']);
  assert.equal(alike.length, 2);
  assert.equal(new Set(alike).size, 1);
  const rule = run?.tool.driver.rules?.find(({ id }) => id === 'guest-disk/virtio-bus');
  assert.deepEqual(rule?.properties?.tags, ['guest-disk', 'guide-6.1.1', 'guide-4.3.3']);
  assert.equal(rule?.defaultConfiguration?.level, 'warning');
  assert.match(rule?.help?.markdown ?? '', /^\*\*Disks are paravirtual\.\*\*\n\n/);
});

test('what is waived is suppressed, what failed or could not be read or judged is notified', () => {
  const problems = [{ message: 'b.xml:2:9: no', doThis: 'Mend it.', place: { file: 'b.xml', line: 2, column: 9 } }];
  const report = withWaiver(reportOfXml({ 'a.xml': text }, { problems, exitCode: 66 }), 'guest-disk/cache-unsafe');
  const run = sarif(report).runs[0];
  const waived = run?.results?.filter(({ suppressions }) => suppressions !== undefined);
  assert.deepEqual(
    waived?.map(({ ruleId }) => ruleId),
    ['guest-disk/cache-unsafe'],
  );
  assert.equal(waived[0]?.suppressions?.[0]?.justification, 'a scratch disk (ops@example.com, until 2027-01-31)');
  const [invocation] = run?.invocations ?? [];
  assert.equal(invocation?.executionSuccessful, false);
  assert.equal(invocation.exitCode, 66);
  assert.equal(invocation.startTimeUtc, '2026-11-01T12:00:00.000Z');
  const notices = invocation.toolExecutionNotifications ?? [];
  assert.equal(notices[0]?.message.text, 'b.xml:2:9: no Mend it.');
  assert.equal(notices[0].locations?.[0]?.physicalLocation?.region?.startLine, 2);
  assert.ok(notices.some(({ descriptor, exception }) => descriptor?.id === 'rule-failed' && exception !== undefined));
  assert.ok(
    notices.some(
      ({ descriptor, message }) =>
        descriptor?.id === 'not-judged' && /^only XML was given.*: guest-/.test(message.text ?? ''),
    ),
  );
});

test('hostile names make no link, no control character and no long message', () => {
  const log = sarif(withNames(reportOfXml({ 'a.xml': text }), hostileNames));
  // names are no messages, in which alone there are links
  const whole = JSON.stringify(log, (key, value: unknown) => (/name$/i.test(key) ? undefined : value));
  for (const harm of ['\\u0000', '\\u0007', '\\u001b', '\\ud800', '\u202e', '](http', '\\r', '\\t'])
    assert.ok(!whole.includes(harm), harm);
  assert.ok(whole.length < 500_000);
});

test('a thousand guests take seconds', () => {
  const report = thousandGuests();
  const started = performance.now();
  const log = checkSarif(report);
  assert.ok(performance.now() - started < 20_000);
  assert.ok((log.runs[0]?.results?.length ?? 0) >= 6000);
  assert.ok((log.runs[0]?.tool.driver.rules?.length ?? 0) < 30);
});
