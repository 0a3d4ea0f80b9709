import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseYaml } from '#formats/yaml/parse-yaml';

/** A guest whose network interface is emulated: a finding that settings can waive. */
const domain = (name: string, uuid = '11111111-2222-3333-4444-555555555555'): string =>
  `<domain type='kvm'>\n  <name>${name}</name>\n  <uuid>${uuid}</uuid>\n  <memory unit='GiB'>1</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices></domain>`;

const waiver = (more: string): string =>
  `waivers:\n  - rule: guest-net/virtio-model\n    owner: ops\n    reason: an appliance\n${more}`;

interface Done {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a folder with files and gives how to run the program in it, as a user whose home it is. */
function folderWith(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): { readonly folder: string; readonly run: (words: string) => Promise<Done> } {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-settings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const run = async (words: string): Promise<Done> => {
    const child = spawn(
      process.execPath,
      [join(process.cwd(), 'dist/cli.cjs'), ...words.split(' ').filter(word => word !== '')],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: join(folder, 'home') },
      },
    );
    child.stdin.end();
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { exitCode: child.exitCode, stdout, stderr };
  };
  return { folder, run };
}

interface Told {
  readonly rule: string;
  readonly outcome: string;
  readonly waiver?: object;
  readonly since?: string;
  readonly location?: object;
}

const outcomesOf = (done: Done): readonly Told[] => JSON.parse(done.stdout).outcomes;

test('a waiver with reason, owner and date turns a finding into one that is waived', async t => {
  const { run } = folderWith(t, { 'a.xml': domain('a'), 'n.yaml': waiver('    until: 2999-12-31\n') });
  const json = await run('check a.xml --rule guest-net/virtio-model --config n.yaml --format json');
  assert.equal(json.exitCode, 0, json.stderr);
  assert.deepEqual(
    outcomesOf(json).map(({ outcome, waiver: by }) => [outcome, by]),
    [['waived', { owner: 'ops', reason: 'an appliance', until: '2999-12-31' }]],
  );
  assert.deepEqual(JSON.parse(json.stdout).settings, ['n.yaml']);
  const human = await run('check a.xml --rule guest-net --config n.yaml --verbose');
  assert.match(human.stdout, /1 waived/);
  assert.match(human.stdout, /waived .*guest-net\/virtio-model, by\s+ops\s+until\s+2999-12-31: an appliance/);
  const same = await run('check a.xml --rule guest-net/virtio-model --waivers n.yaml');
  assert.equal(same.exitCode, 0, same.stderr);
});

test('an expired waiver hides nothing, and is a finding with the place where it stands', async t => {
  const { run } = folderWith(t, { 'a.xml': domain('a'), 'n.yaml': waiver('    until: 2026-01-31\n') });
  const done = await run('check a.xml --rule guest-net/virtio-model --config n.yaml --format json');
  assert.equal(done.exitCode, 2);
  assert.deepEqual(
    outcomesOf(done).map(({ rule, outcome, location }) => [rule, outcome, location]),
    [
      ['guest-net/virtio-model', 'bad', { file: 'a.xml', line: 5, column: 12 }],
      ['waivers/in-date', 'bad', { file: 'n.yaml', line: 2, column: 5 }],
    ],
  );
  const human = await run('check a.xml --rule guest-net/virtio-model --config n.yaml');
  assert.match(human.stdout, /WARNING {2}guest-net\/virtio-model this waiver expired on 2026-01-31/);
  assert.match(human.stdout, /ask ops: put right what it hides, or decide anew/);
});

test('a waiver without owner, an unknown key and a guest named twice are told with file, line and column, and end in 66', async t => {
  const { run } = folderWith(t, {
    'a.xml': domain('a'),
    'owner.yaml': 'waivers:\n  - rule: guest-net\n    reason: x\n    until: 2999-12-31\n',
    'key.yaml': 'failOn: error\nintent:\n  default: latency\n',
    'twice.yaml': 'intents:\n  guests:\n    db01: latency\n    db01: database\n',
    'rule.yaml': 'parameters:\n  overcommit/disk-thinn:\n    full: 80%\n',
    'param.yaml': 'parameters:\n  overcommit/disk-thin:\n    ful: 80%\n',
    'waivers.yaml': '- rule: guest-nett\n  owner: me\n  reason: x\n  until: 2999-12-31\n',
    'binary.yaml': '\u0000\u0001',
    'bomb.yaml': '['.repeat(50_000),
  });
  const cases: readonly (readonly [words: string, says: RegExp])[] = [
    ['--config owner.yaml', /^nearmetal: owner\.yaml:2:5: this waiver has no owner\n {2}owner: who decided it/],
    ['--config key.yaml', /^nearmetal: key\.yaml:2:1: there is no setting "intent"\n {2}did you mean intents\?/],
    ['--config twice.yaml', /^nearmetal: twice\.yaml:4:5: "db01" stands here a second time, first in line 3/],
    ['--config rule.yaml', /^nearmetal: rule\.yaml:2:3: there is no rule .*\n {2}did you mean overcommit\/disk-thin\?/],
    ['--config param.yaml', /^nearmetal: param\.yaml:3:5: .*no parameter "ful"\n {2}did you mean full\?/],
    [
      '--waivers waivers.yaml',
      /^nearmetal: waivers\.yaml:1:9: there is no rule or area "guest-nett"\n {2}did you mean guest-net\?/,
    ],
    ['--config nosuch.yaml', /^nearmetal: nosuch\.yaml cannot be read: there is no such file/],
    ['--config binary.yaml', /^nearmetal: binary\.yaml:1:1: /],
    ['--config bomb.yaml', /^nearmetal: bomb\.yaml:1:\d+: nested more than/],
  ];
  for (const [words, says] of cases) {
    const done = await run(`check a.xml ${words}`);
    assert.deepEqual([done.exitCode, done.stdout], [66, ''], words);
    assert.match(done.stderr, says, words);
  }
  const json = await run('check a.xml --config key.yaml --format json');
  assert.equal(JSON.parse(json.stdout).schema, 'nearmetal.error/1');
});

test('settings of the user, of the working copy and of --config add up, later ones win, and --isolated leaves them out', async t => {
  const { run } = folderWith(t, {
    '.git/HEAD': '',
    'home/.config/nearmetal/nearmetal.yaml': 'failOn: none\npolicy: guide\nintents:\n  default: density\n',
    'nearmetal.yaml': 'policy: current\nintents:\n  guests: {a: latency}\n',
    'xml/a.xml': domain('a'),
    'xml/b.xml': domain('b', '11111111-2222-3333-4444-555555555556'),
    'more.yaml': 'intents:\n  guests: {"*": desktop}\n',
  });
  const ask = async (words: string): Promise<unknown> => {
    const { stdout, exitCode, stderr } = await run(
      `check xml/a.xml xml/b.xml --rule guest-net/virtio-model ${words} --format json`,
    );
    assert.notEqual(exitCode, 66, stderr);
    const { settings, policy, outcomes } = JSON.parse(stdout);
    const intents = outcomes.map(
      (one: { subject: { guest: string }; intent: string[] }) => `${one.subject.guest}: ${one.intent.join()}`,
    );
    return [settings?.length, policy, [...new Set(intents)], exitCode];
  };
  assert.deepEqual(await ask(''), [2, 'current', ['a: latency', 'b: density'], 0]);
  assert.deepEqual(await ask('--config more.yaml'), [2, 'guide', ['a: desktop', 'b: desktop'], 0]);
  assert.deepEqual(await ask('--intent b=hpc --policy current'), [2, 'current', ['a: latency', 'b: hpc'], 0]);
  assert.deepEqual(await ask('--fail-on hint'), [2, 'current', ['a: latency', 'b: density'], 2]);
  assert.deepEqual(await ask('--isolated'), [undefined, 'current', ['a: general', 'b: general'], 2]);
  assert.deepEqual(await ask('--isolated --config more.yaml'), [1, 'current', ['a: desktop', 'b: desktop'], 2]);
});

test('config prints what is in force and where it comes from', async t => {
  const { run } = folderWith(t, {
    'home/.config/nearmetal/nearmetal.yaml': 'policy: guide\nparameters:\n  overcommit/disk-thin: {full: 80%}\n',
    'n.yaml': waiver('    until: 2026-01-31\n'),
  });
  const { stdout, exitCode, stderr } = await run('config --config n.yaml');
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /user {5}\S+\/nearmetal\/nearmetal\.yaml\nnamed {4}n\.yaml/);
  assert.match(stdout, /policy +guide {2}\(\S+nearmetal\.yaml:1\)/);
  assert.match(stdout, /failOn +warning {2}\(default\)/);
  assert.match(stdout, /overcommit\/disk-thin full +0\.8 of the file system \(default 0\.9\)/);
  assert.match(stdout, /waiver +guest-net\/virtio-model, by ops until 2026-01-31 \(expired\) {2}\(n\.yaml:2\)/);
  const json = JSON.parse((await run('config --format json')).stdout);
  assert.equal(json.schema, 'nearmetal.config/1');
});

test('settings that lie with XML name no code to run', async t => {
  const { run } = folderWith(t, { '.git/HEAD': '', 'nearmetal.yaml': 'rules: own\n', 'a.xml': domain('a') });
  const done = await run('check a.xml');
  assert.equal(done.exitCode, 66);
  assert.match(done.stderr, /^nearmetal: nearmetal\.yaml:1:1: a file that lies with XML may not name rules to run/);
});

test('the JSON schemas of settings agree with what is read', () => {
  const compile = (name: string) => {
    const schema = JSON.parse(readFileSync(`docs/schemas/${name}-1.schema.json`, 'utf8'));
    const ajv = String(schema.$schema).includes('2020') ? new Ajv2020({ strict: false }) : new Ajv({ strict: false });
    ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
    return ajv.compile(schema);
  };
  const plain = (yaml: string): unknown => JSON.parse(JSON.stringify(parseYaml(yaml).value));
  const settings = compile('settings');
  const example = readFileSync('examples/nearmetal.yaml', 'utf8');
  assert.ok(settings(plain(example)), JSON.stringify(settings.errors));
  assert.ok(!settings(plain('polcy: guide\n')));
  assert.ok(!settings(plain('waivers:\n  - rule: guest-net\n    reason: x\n    until: 2999-12-31\n')));
  const waivers = compile('waivers');
  assert.ok(waivers(plain(waiver('    until: 2999-12-31\n'))), JSON.stringify(waivers.errors));
  assert.ok(!waivers(plain('policy: guide\n')));
});

test('the example of settings is read without a fault', async t => {
  const { run } = folderWith(t, {
    'a.xml': domain('a'),
    'n.yaml': readFileSync('examples/nearmetal.yaml', 'utf8').replace(/^rules:[\s\S]*?\n(?=\n|$)/m, ''),
  });
  const done = await run('check a.xml --config n.yaml --fail-on none');
  assert.equal(done.exitCode, 0, done.stderr);
});
