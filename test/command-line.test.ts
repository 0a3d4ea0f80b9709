import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { after } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'nearmetal-words-'));
after(() => rmSync(folder, { recursive: true }));

const domain = (name: string): string =>
  `<domain type='kvm'><name>${name}</name><uuid>11111111-2222-3333-4444-555555555555</uuid><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;
const put = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
const good = put('good.xml', domain('good'));
const broken = put('broken.xml', '<domain>\n  <name>x</nam>\n</domain>');

interface Done {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a user would, in the folder with the files; `input` is its standard input. */
async function nearmetal(words: readonly string[], input = ''): Promise<Done> {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/cli.cjs'), ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode: child.exitCode, stdout, stderr };
}

test('what is wrong with the words is said with what was probably meant, and ends in 64', async () => {
  const cases: readonly (readonly [words: string, says: RegExp])[] = [
    ['chekc', /unknown command 'chekc'\n {2}Did you mean check\?/],
    ['check --fomrat json', /unknown option '--fomrat'\n {2}Did you mean --format\?/],
    ['check --fail-on warn', /Allowed choices are error, warning/],
    ['check --sample 5', /--sample goes with this machine/],
    ['check --rule host-memroy', /did you mean host-memory\?/],
    ['check --intent =latency', /names no guest/],
    ['check --connect qemu:///system', /--connect goes with this machine/],
    ['check ssh://me:topsecret@host', /^nearmetal: ssh:\/\/…@host is no file/],
    ['collect', /needs a file to write/],
    ['explain nosuch', /no rule, area or section is called "nosuch"/],
  ];
  await Promise.all(
    cases.map(async ([words, says]) => {
      const isAboutSource = /--sample|--connect/.test(words);
      const done = await nearmetal([...words.split(' '), ...(isAboutSource ? [good] : [])]);
      assert.equal(done.exitCode, 64, words);
      assert.equal(done.stdout, '', words);
      assert.match(done.stderr, says, words);
      assert.doesNotMatch(done.stderr, / {4}at |topsecret/, words);
    }),
  );
});

test('input that cannot be read is named, and ends in 66; what can be read is judged all the same', async () => {
  const cases: readonly (readonly [words: string, says: RegExp])[] = [
    ['check nosuch', /nosuch: there is no such file or folder/],
    ['check broken.xml', /broken\.xml:2:10: <name>, opened in line 2, is closed by <\/nam>/],
    ['check --root nosuch', /there is no such file or folder/],
    ['check --root good.xml', /is no folder/],
    ['check --guest other good.xml', /no guest called "other"\n {2}guests are good/],
    ['check --intent other=latency good.xml', /no guest called "other"/],
    ['check /dev/zero', /larger than 64 MiB/],
  ];
  await Promise.all(
    cases.map(async ([words, says]) => {
      const done = await nearmetal(words.split(' '));
      assert.deepEqual([done.exitCode, done.stdout], [66, ''], words);
      assert.match(done.stderr, says, words);
    }),
  );
  const mixed = await nearmetal(['check', good, broken, 'nosuch', '--format', 'json']);
  assert.equal(mixed.exitCode, 66);
  const report = JSON.parse(mixed.stdout);
  assert.equal(report.problems.length, 2);
  assert.ok(report.outcomes.length > 3);
});

test('two guests of one name, and one guest in two files, are told with both files; all are judged', async () => {
  const of = (name: string, uuid: string): string => domain(name).replace('11111111', uuid);
  put('one.xml', of('db01', '11111111'));
  put('two.xml', of('db01', '22222222'));
  put('three.xml', of('db01', '11111111'));
  put('four.xml', of('db02', '11111111'));
  put('five.xml', of('db01', '').replace(/<uuid>.*<\/uuid>/, ''));
  const cases: readonly (readonly [words: string, says: RegExp])[] = [
    [
      'one.xml two.xml',
      /^nearmetal: two\.xml: another guest is called "db01", too, in one\.xml\n {2}libvirt knows each/,
    ],
    ['one.xml three.xml', /^nearmetal: three\.xml: the guest "db01" is a second time here, first in one\.xml\n/],
    ['one.xml four.xml', /^nearmetal: four\.xml: the guest "db02" has the UUID of "db01" in one\.xml\n/],
    ['one.xml five.xml', /^nearmetal: five\.xml: the guest "db01" is a second time here, first in one\.xml\n/],
  ];
  for (const [words, says] of cases) {
    const done = await nearmetal(['check', ...words.split(' '), '--format', 'json']);
    assert.equal(done.exitCode, 66, words);
    assert.match(done.stderr, says, words);
    const { outcomes, problems } = JSON.parse(done.stdout);
    assert.equal(problems.length, 1, words);
    assert.equal(new Set(outcomes.map((one: { subject: { source: string } }) => one.subject.source)).size, 2, words);
  }
});

test('who asks for JSON gets one document, whatever goes wrong', async () => {
  const cases = ['check nosuch', 'check broken.xml nosuch', 'check --frob', 'explain nosuch', 'facts nosuch'];
  for (const { stdout, exitCode } of await Promise.all(
    cases.map(words => nearmetal([...words.split(' '), '--format', 'json'])),
  )) {
    const said = JSON.parse(stdout);
    assert.equal(said.schema, 'nearmetal.error/1');
    assert.equal(said.exitCode, exitCode);
  }
});

test('standard input, pipes and files give the same', async () => {
  const json = ['--format', 'json'];
  const counts = async (done: Promise<Done>): Promise<unknown> => JSON.parse((await done).stdout).summary;
  const expected = await counts(nearmetal(['check', good, ...json]));
  assert.deepEqual(await counts(nearmetal(['check', '-', ...json], domain('good'))), expected);
  assert.deepEqual(await counts(nearmetal(['check', '-', '-', ...json], domain('good'))), expected);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reading = counts(nearmetal(['check', 'pipe', ...json]));
  writeFileSync(join(folder, 'pipe'), domain('good'));
  assert.deepEqual(await reading, expected);
  const two = await counts(nearmetal(['check', '-', ...json], `${domain('a')}\n${domain('b')}`));
  assert.notDeepEqual(two, expected);
});

test('each form of the report goes to a file, whole, with the exit code of all others', async () => {
  const bad = put('bad.xml', domain('bad').replace('q35', 'pc-i440fx-2.9'));
  const forms: Readonly<Record<string, RegExp>> = {
    human: /^bad\.xml\n/,
    json: /^\{\n {2}"schema": "nearmetal\.check\/1"/,
    sarif: /^\{\n.*\n {2}"version": "2\.1\.0"/,
    junit: /^<\?xml .*\n<testsuites name="nearmetal" /,
    markdown: /^## nearmetal: bad\.xml\n/,
    prometheus: /^# HELP nearmetal_info /,
  };
  for (const [form, begins] of Object.entries(forms)) {
    const file = put(`report.${form}`, 'old');
    const { exitCode, stdout, stderr } = await nearmetal(['check', bad, '--format', form, '-o', file]);
    assert.deepEqual([exitCode, stdout, stderr], [2, '', ''], form);
    assert.match(readFileSync(join(folder, file), 'utf8'), begins);
  }
  const sarif: unknown = JSON.parse(readFileSync(join(folder, 'report.sarif'), 'utf8'));
  assert.match(JSON.stringify(sarif), /"uri":"bad\.xml","uriBaseId":"SRCROOT"/);
});

test('waiting for input can be interrupted', async () => {
  const child = spawn(process.execPath, ['dist/cli.cjs', 'check', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  setTimeout(() => child.kill('SIGINT'), 1000);
  await once(child, 'exit');
  assert.equal(child.exitCode, 130);
});

test('a reader that goes away changes no exit code; a full disk is told and ends in 1', async () => {
  const cli = join(process.cwd(), 'dist/cli.cjs');
  const sh = (script: string): string =>
    execFileSync('bash', ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CLI: `${process.execPath} ${cli}` },
    });
  assert.match(sh('$CLI sources --format json | head -1; echo $PIPESTATUS'), /^\{\n0\n$/);
  assert.equal(sh('$CLI --version | true; echo $PIPESTATUS'), '0\n');
  assert.equal(sh('$CLI check nosuch 2>&1 >/dev/null | true; echo $PIPESTATUS'), '66\n');
  assert.match(sh('$CLI sources 2>&1 >/dev/full; echo $?'), /^nearmetal: cannot write .*no space is left\n1\n$/);
  assert.equal(sh('$CLI --version 2>&1 >/dev/full; echo $?'), '1\n');
  assert.match(sh('$CLI guide -o nosuch/x 2>&1; echo $?'), /there is no folder nosuch\n1\n$/);
});

test('a bundle is never written over a file, and half a bundle is not left behind', async () => {
  const there = put('there.tar.gz', 'precious');
  const done = await nearmetal(['collect', '-o', there]);
  assert.deepEqual([done.exitCode, readFileSync(join(folder, there), 'utf8')], [1, 'precious']);
  assert.match(done.stderr, /is there already/);
  const piped = execFileSync(process.execPath, [join(process.cwd(), 'dist/cli.cjs'), 'collect', '-q', '-o', '-'], {
    maxBuffer: 64 * 2 ** 20,
  });
  assert.deepEqual([...piped.subarray(0, 2)], [0x1f, 0x8b]);
});

test('a bundle gives the plan that its machine gives, unit files and all', async () => {
  await nearmetal(['collect', '-q', '-o', 'machine.tar.gz']);
  const changesOf = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await nearmetal(['plan', ...words, '--isolated', '--format', 'json', '--intent', 'latency']);
    const { changes, byHand }: { changes: readonly unknown[]; byHand: readonly unknown[] } = JSON.parse(stdout);
    assert.ok(changes.length + byHand.length > 3, stdout);
    return JSON.stringify({ changes, byHand });
  };
  assert.equal(await changesOf('machine.tar.gz'), await changesOf());
});
