import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import test from 'node:test';
import type { CheckReport } from '#report/check-report';
import { checkPrometheus } from '#report/prometheus/check-prometheus';
import { faultyGuest, hostileNames, reportOfXml, thousandGuests, withNames } from '../../../test/report-of.js';

const lacking = ((): string | false => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'no promtool (Debian package prometheus)';
  }
})();

const line = /^(?<metric>[a-z_]+)\{(?<labels>(?:[a-z]+="(?:[^"\\]|\\["\\])*",?)*)\} -?\d+(?:\.\d+)?$/;

/** The series, each once, after a look at each line. */
function series(report: CheckReport): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  const labels = new Map<string, string>();
  for (const text of checkPrometheus(report).trimEnd().split('\n')) {
    if (text.startsWith('# ')) {
      assert.match(text, /^# (?:(?:HELP|TYPE) nearmetal_|problem: )/);
      continue;
    }
    const groups = line.exec(text)?.groups;
    assert.ok(groups, text);
    const names = [...(groups['labels'] ?? '').matchAll(/([a-z]+)="(?:[^"\\]|\\["\\])*"/g)]
      .map(([, name]) => name)
      .join();
    assert.equal(labels.get(groups['metric'] ?? '') ?? names, names, 'a metric has the same labels in each series');
    labels.set(groups['metric'] ?? '', names);
    const at = text.lastIndexOf(' ');
    assert.ok(!all.has(text.slice(0, at)), text);
    all.set(text.slice(0, at), text.slice(at + 1));
  }
  return all;
}

const files = { 'web01.xml': faultyGuest({ name: 'web01' }), 'web02.xml': faultyGuest({ name: 'web02' }) };
const reports: Readonly<Record<string, CheckReport>> = {
  'two guests': reportOfXml(files, { problems: [{ message: 'x.xml: no\n# TYPE a counter' }], exitCode: 66 }),
  nothing: reportOfXml({}, { exitCode: 0 }),
  'an earlier report': reportOfXml(files, {
    sinceThen: {
      file: 'then.json',
      time: '2026-10-01T12:00:00.000Z',
      fresh: 2,
      standing: 1,
      gone: [{ rule: 'a/b', subject: 'x', saw: 'y' }],
      notJudged: 0,
    },
  }),
  'hostile names': withNames(reportOfXml(files), hostileNames),
};

test('findings are counted by rule, guest and severity, devices with their guest; the run by its end', () => {
  const all = series(reports['two guests'] ?? reportOfXml({}));
  const at = (name: string): string | undefined => all.get(name);
  assert.equal(
    at('nearmetal_rule_findings{host="",guest="web01",rule="guest-disk/cache-unsafe",severity="error"}'),
    '1',
  );
  assert.equal(
    at('nearmetal_rule_findings{host="",guest="web02",rule="guest-net/virtio-model",severity="warning"}'),
    '1',
  );
  assert.equal(at('nearmetal_findings{host="",severity="error"}'), '2');
  assert.equal(at('nearmetal_findings{host="",severity="info"}'), '0');
  assert.equal(at('nearmetal_outcomes{host="",outcome="waived"}'), '0');
  assert.equal(at('nearmetal_last_run_timestamp_seconds{host=""}'), '1793534400');
  assert.equal(at('nearmetal_last_run_duration_seconds{host=""}'), '0.4');
  assert.equal(at('nearmetal_last_run_exit_code{host=""}'), '66');
  assert.equal(at('nearmetal_input_problems{host=""}'), '1');
});

test('with an earlier report it is told how many findings are new, stand and are gone', () => {
  const all = series(reports['an earlier report'] ?? reportOfXml({}));
  const counts = ['new', 'standing', 'gone', 'not-judged'].map(state =>
    all.get(`nearmetal_since_findings{host="",state="${state}"}`),
  );
  assert.deepEqual(counts, ['2', '1', '1', '0']);
  assert.equal(all.get('nearmetal_since_timestamp_seconds{host=""}'), '1790856000');
});

test('series that hostile names would make equal are one, and no name gets out of its label', () => {
  const all = series(reports['hostile names'] ?? reportOfXml({}));
  assert.ok([...all.keys()].every(name => name.length < 400));
});

test('with many guests they are summed up, and that is told', () => {
  const few = series(thousandGuests());
  assert.equal(few.get('nearmetal_guests_summed{host=""}'), '0');
  const report = thousandGuests();
  const twice = [
    ...report.outcomes,
    ...report.outcomes.map(one => ({
      ...one,
      subject: {
        ...one.subject,
        name: `${one.subject.name}x`,
        ...(one.subject.guest === undefined ? {} : { guest: `${one.subject.guest}x` }),
      },
    })),
  ];
  const many = series({ ...report, outcomes: twice });
  assert.equal(many.get('nearmetal_guests_summed{host=""}'), '1');
  assert.equal(
    many.get('nearmetal_rule_findings{host="",guest="*",rule="guest-disk/cache-unsafe",severity="error"}'),
    '2000',
  );
  assert.ok(many.size < 100);
});

for (const [name, report] of Object.entries(reports))
  test(`promtool finds nothing wrong: ${name}`, { skip: lacking }, () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: checkPrometheus(report),
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });
