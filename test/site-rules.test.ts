import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';

const example = readFileSync('examples/rules/vcpus-bounded.mjs', 'utf8');
const isRoot = process.getuid?.() === 0;

const domain =
  "<domain type='kvm'><name>a</name><uuid>11111111-2222-3333-4444-555555555555</uuid><memory unit='GiB'>1</memory><vcpu>20</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>";

interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a folder that holds settings which name `rules/`, a guest and the given files; gives how to run the program in it. */
function siteWith(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): { readonly folder: string; readonly run: (words: string) => Promise<Done> } {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-site-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ 'a.xml': domain, 'n.yaml': 'rules: rules\n', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const run = (words: string): Promise<Done> =>
    new Promise(done => {
      const child = execFile(
        process.execPath,
        [join(process.cwd(), 'dist/cli.cjs'), ...words.split(' ')],
        { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder }, maxBuffer: 1 << 26 },
        (_, stdout, stderr) => done({ code: child.exitCode ?? 1, stdout, stderr }),
      );
    });
  return { folder, run };
}

const named = (name: string, from = example): string => from.replaceAll('site/vcpus-bounded', `site/${name}`);

test("a site's own rule is judged, explained, waived and given numbers like any other", async t => {
  const { run } = siteWith(t, {
    'rules/vcpus-bounded.mjs': example,
    'more.yaml': 'rules: rules\nparameters:\n  site/vcpus-bounded: {most: 20}\n',
    'waived.yaml':
      'rules: [rules]\nwaivers:\n  - rule: site\n    owner: me\n    reason: ordered\n    until: 2999-12-31\n',
  });
  const outcomes = async (words: string): Promise<unknown> => {
    const { stdout, stderr } = await run(`check a.xml --rule site --format json ${words}`);
    assert.equal(stderr, '');
    return JSON.parse(stdout).outcomes.map((one: { rule: string; outcome: string }) => [one.rule, one.outcome]);
  };
  assert.deepEqual(await outcomes('--config n.yaml'), [['site/vcpus-bounded', 'bad']]);
  assert.deepEqual(await outcomes('--config more.yaml'), [['site/vcpus-bounded', 'good']]);
  assert.deepEqual(await outcomes('--config waived.yaml'), [['site/vcpus-bounded', 'waived']]);
  assert.match((await run('explain site/vcpus-bounded --config n.yaml')).stdout, /most: 16 vCPUs/);
  const guide = JSON.parse((await run('guide --format json --config n.yaml')).stdout);
  assert.deepEqual(
    guide.site.map(({ id }: { id: string }) => id),
    ['site/vcpus-bounded'],
  );
  const own = JSON.parse((await run('guide --format json')).stdout);
  assert.deepEqual([own.site, own.practices], [[], guide.practices]);
  assert.match((await run('guide --config n.yaml')).stdout, /^rules of this site\n.*site\/vcpus-bounded/m);
  const sources = JSON.parse((await run('sources --format json --config n.yaml')).stdout);
  const guests = sources.readings.find(({ fact }: { fact: string }) => fact === 'guests');
  assert.ok(guests.rules.includes('site/vcpus-bounded'));
});

test('a rule that crashes spoils one outcome only', async t => {
  const { run } = siteWith(t, {
    'rules/fine.mjs': named('fine'),
    'rules/crashes.mjs': named('crashes').replace('if (vcpus.max', "throw new Error('oh');\n    if (vcpus.max"),
  });
  const done = await run('check a.xml --rule site --config n.yaml --format json');
  assert.equal(done.code, 1);
  const outcomes: readonly { rule: string; outcome: string; reason?: string }[] = JSON.parse(done.stdout).outcomes;
  assert.deepEqual(
    outcomes.map(({ rule, outcome, reason }) => [rule, outcome, reason]),
    [
      ['site/crashes', 'crashed', 'the rule failed: oh'],
      ['site/fine', 'bad', undefined],
    ],
  );
});

test('what is no rule is named with what is wrong, the others are judged, and the run ends in 66', async t => {
  const { run } = siteWith(t, {
    'rules/fine.mjs': named('fine'),
    'rules/torn.mjs': 'export default {',
    'rules/empty.mjs': 'export const rule = 1;\n',
    'rules/other.mjs': named('another'),
    'rules/ours.mjs': example.replaceAll('site/vcpus-bounded', 'guest-cpu/vcpu-hotplug'),
    'rules/wrong.mjs': named('wrong').replace("severity: 'warning'", "severity: 'grave', sevrity: 1"),
    'rules/needy.mjs': "import 'not-there';\n",
    'rules/_helper.mjs': 'export const one = 1;\n',
    'rules/lib/deep.mjs': 'throw new Error();\n',
    'rules/fine.js': named('fine'),
  });
  const done = await run('check a.xml --rule site --config n.yaml --format json');
  assert.equal(done.code, 66);
  const { outcomes, problems } = JSON.parse(done.stdout);
  assert.deepEqual(
    outcomes.map(({ rule }: { rule: string }) => rule),
    ['site/fine'],
  );
  const told: string = problems.map(({ message }: { message: string }) => message).join('\n');
  for (const says of [
    /torn\.mjs cannot be loaded: Unexpected/,
    /empty\.mjs is no rule: export default defineRule/,
    /other\.mjs holds the rule site\/another/,
    /ours\.mjs is no rule: id: it is site\/ and a name/,
    /wrong\.mjs is no rule: .*severity: is "grave", not one of error, warning/,
    /wrong\.mjs is no rule: .*sevrity: a rule has no such field/,
    /needy\.mjs cannot be loaded: Cannot find package 'not-there'/,
    /fine\.mjs: the rule site\/fine is in \S+fine\.js, too/,
  ])
    assert.match(told, says);
  assert.equal(problems.length, 7);
});

test('rules test holds rules to what all are held to, and says in what they fall short', async t => {
  const { run } = siteWith(t, {
    'rules/vcpus-bounded.mjs': example,
    'short/short.mjs': named('short')
      .replace("says: 'The guest has no more vCPUs than our licences allow.'", "says: 'No'")
      .replace(/ {4}\{ name: 'a number that is none'.*\n/, '')
      .replace("guestType: ['kvm'] }", "guestType: ['kvm'], qemu: '>=6.0' }")
      .replace("{ name: 'one more', guest: '<vcpu>17</vcpu>'", "{ name: 'one more', guest: '<vcpu>2</vcpu>'"),
  });
  const fine = await run('rules test rules');
  assert.equal(fine.code, 0, fine.stdout);
  assert.match(fine.stdout, /all \d+ checks[\s\S]*1 rule: as a rule should be/);
  const short = await run('rules test short');
  assert.equal(short.code, 2);
  for (const says of [
    /says is no sentence/,
    /there is no unknown example/,
    /qemu >=6\.0: there must be one that is judged and one that is not-applicable/,
    /FAILS {2}one more is bad\n +it is good/,
    /1 rule: 1 falls short/,
  ])
    assert.match(short.stdout, says);
  const json = JSON.parse((await run('rules test short rules --format json')).stdout);
  assert.deepEqual([json.schema, json.passed, json.rules.length], ['nearmetal.rules-test/1', false, 2]);
  assert.equal((await run('rules test nosuch')).code, 66);
});

test('code that somebody else could have written is not run', { skip: !isRoot && 'not root' }, async t => {
  const marker = "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\n";
  const cases: readonly (readonly [name: string, change: (folder: string) => void, says: RegExp])[] = [
    [
      'folder',
      folder => chmodSync(join(folder, 'rules'), 0o777),
      /rules may be written by everybody, who could have root/,
    ],
    [
      'group',
      folder => {
        chownSync(join(folder, 'rules'), 0, 1234);
        chmodSync(join(folder, 'rules'), 0o775);
      },
      /may be written by group 1234/,
    ],
    ['file', folder => chownSync(join(folder, 'rules/a.mjs'), 1234, 0), /a\.mjs belongs to user 1234/],
    ['helper', folder => chmodSync(join(folder, 'rules/lib/h.mjs'), 0o666), /h\.mjs may be written by everybody/],
    ['above', folder => chmodSync(folder, 0o777), /may be written by everybody/],
    ['settings', folder => chmodSync(join(folder, 'n.yaml'), 0o666), /n\.yaml may be written by everybody/],
  ];
  for (const [name, change, says] of cases) {
    const { folder, run } = siteWith(t, { 'rules/a.mjs': marker + named('a'), 'rules/lib/h.mjs': '' });
    change(folder);
    const done = await run('check a.xml --config n.yaml');
    assert.equal(done.code, 66, name);
    assert.match(done.stderr, says, name);
    assert.throws(() => readFileSync(join(folder, 'ran')), name);
  }
});
