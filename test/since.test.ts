import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { CheckDocument } from '#report/check-schema';

const folder = mkdtempSync(join(tmpdir(), 'nearmetal-since-'));
after(() => rmSync(folder, { recursive: true }));

const nic = "<interface type='network'><source network='default'/><model type='e1000'/></interface>";
const disk = (name: string, bus: string): string =>
  `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/v/${name}'/><target dev='${name}' bus='${bus}'/></disk>`;
const guest = (devices: string): void =>
  writeFileSync(
    join(folder, 'a.xml'),
    `<domain type='kvm'><name>a</name><uuid>11111111-2222-3333-4444-555555555555</uuid><memory unit='GiB'>1</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>${devices}</devices></domain>`,
  );

const nearmetal = (
  words: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise(done => {
    const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder }, maxBuffer: 1 << 26 };
    const child = execFile(
      process.execPath,
      [join(process.cwd(), 'dist/cli.cjs'), ...words.split(' ')],
      options,
      (_, stdout, stderr) => done({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });

const check = 'check a.xml --rule guest-net/virtio-model --rule guest-disk/virtio-bus';
const read = (file: string): CheckDocument => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('with an earlier report only what is new fails, what stands says since when, and what went is summed', async () => {
  guest(nic);
  assert.equal((await nearmetal(`${check} --format json -o then.json`)).code, 2);
  const then = read('then.json');
  assert.match(then.time ?? '', /^20\d\d-/);
  const same = await nearmetal(`${check} --since then.json`);
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /stands {2}since 20\d\d-\d\d-\d\d/);
  assert.match(same.stdout, /since 20\S+ \(then\.json\): 0 new · 1 stands · 0 gone/);

  guest(nic + disk('hda', 'ide'));
  const more = await nearmetal(`${check} --since then.json --format json`);
  assert.equal(more.code, 2);
  const told: CheckDocument = JSON.parse(more.stdout);
  assert.deepEqual(
    told.outcomes.filter(({ outcome }) => outcome === 'bad').map(({ rule, since }) => [rule, since]),
    [
      ['guest-disk/virtio-bus', undefined],
      ['guest-net/virtio-model', then.time],
    ],
  );
  assert.deepEqual([told.sinceThen?.fresh, told.sinceThen?.standing], [1, 1]);

  guest(disk('hda', 'ide'));
  const fewer = await nearmetal(`${check} --since then.json --fail-on none`);
  assert.match(fewer.stdout, /1 new · 0 stand · 1 gone \(.*guest-net\/virtio-model\)/);
  for (const [format, words] of [
    ['html', /<p class="when since">since 20\S+ \(then\.json\): /],
    ['markdown', /since 20\S+ \(then\S*json\): /],
    ['junit', /<property name="since" value="since 20\S+ \(then\.json\): /],
    ['prometheus', /nearmetal_since_findings\{host="",state="new"\} \d/],
  ] as const)
    assert.match((await nearmetal(`${check} --since then.json --format ${format}`)).stdout, words, format);
  const sarif = await nearmetal(`${check} --since then.json --format sarif`);
  assert.match(sarif.stdout, /"baselineState": "new"/);
});

test('a finding keeps the time since when it stands over a chain of reports, and is new when it is graver', async () => {
  guest(nic);
  await nearmetal(`${check} --format json -o one.json`);
  await nearmetal(`${check} --since one.json --format json -o two.json`);
  const three: CheckDocument = JSON.parse((await nearmetal(`${check} --since two.json --format json`)).stdout);
  const times = three.outcomes.flatMap(({ since }) => since ?? []);
  assert.deepEqual(times, [read('one.json').time]);
  const milder = readFileSync(join(folder, 'one.json'), 'utf8').replaceAll(
    '"severity": "warning"',
    '"severity": "hint"',
  );
  writeFileSync(join(folder, 'milder.json'), milder);
  assert.equal((await nearmetal(`${check} --since milder.json`)).code, 2);
});

test('one more part of a finding is new, one less is not', async () => {
  guest(disk('hda', 'ide') + disk('hdb', 'ide'));
  await nearmetal(`${check} --format json -o parts.json`);
  guest(disk('hdb', 'ide'));
  const fewer = await nearmetal(`${check} --since parts.json`);
  assert.equal(fewer.code, 0, fewer.stdout);
  guest(disk('hdb', 'ide') + disk('hdc', 'ide'));
  assert.equal((await nearmetal(`${check} --since parts.json`)).code, 2);
});

test('what is no earlier report of the same machine is told, and ends in 66', async () => {
  guest(nic);
  await nearmetal(`${check} --format json -o then.json`);
  const then = readFileSync(join(folder, 'then.json'), 'utf8');
  const put = (file: string, content: string): void => writeFileSync(join(folder, file), content);
  put('torn.json', then.slice(0, 400));
  put('facts.json', '{"schema": "nearmetal.facts/1"}');
  put('newer.json', then.replace('nearmetal.check/1', 'nearmetal.check/2'));
  put('half.json', '{"schema": "nearmetal.check/1", "outcomes": [{}]}');
  put('host.json', then.replaceAll('"subject": {', '"subject": { "host": "4c4c4544-0000-1111-2222-333344445555",'));
  const cases: readonly (readonly [file: string, says: RegExp])[] = [
    ['nosuch.json', /nosuch\.json cannot be read: there is no such file/],
    ['torn.json', /torn\.json is no JSON report\n {2}nearmetal check --format json -o FILE makes one/],
    ['facts.json', /facts\.json is of schema nearmetal\.facts\/1, not nearmetal\.check\/1/],
    ['newer.json', /newer\.json is of schema nearmetal\.check\/2.*\n {2}it was made by a newer nearmetal/],
    ['half.json', /half\.json is no whole report: \S+ is not as it should be/],
    ['host.json', /host\.json is a report of another host, 4c4c4544-\S+ \(a\.xml\); this is XML without its host/],
  ];
  for (const [file, says] of cases) {
    const done = await nearmetal(`${check} --since ${file}`);
    assert.deepEqual([done.code, done.stdout], [66, ''], file);
    assert.match(done.stderr, says, file);
  }
});
