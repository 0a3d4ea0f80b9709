import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { runIn, scratchClone } from './scratch-clone.js';

const program = {
  'src/cli/main.ts':
    "import('#cli/run').then(async ({ run }) => {\n  process.exitCode = await run(process.argv.slice(2));\n});\n",
  'src/cli/run.ts':
    "import { told } from '#cli/told';\nexport async function run(words: readonly string[]) {\n  console.log(told, ...words);\n  return 2;\n}\n",
  'src/cli/told.ts': "export const told = 'first';\n",
  'src/index.ts': 'export const door = 1;\n',
  'src/libvirt/index.ts': 'export const libvirt = 1;\n',
};

const plain = { ...process.env, XDG_CACHE_HOME: undefined };

function launch(clone: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = plain): ReturnType<typeof runIn> {
  return runIn('/', join(clone, 'nearmetal'), args, env);
}

/** A PATH in which the named commands are scripts of our own. */
function pathWith(t: TestContext, scripts: Readonly<Record<string, string>>): string {
  const folder = join(dirname(scratchClone(t, {})), 'bin');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:${process.env['PATH']}`;
}

test('the launcher builds once, says so on stderr, and hands over arguments and exit code', async t => {
  const clone = scratchClone(t, program);
  assert.deepEqual(await launch(clone, ['check', 'a b']), {
    code: 2,
    stdout: 'first check a b\n',
    stderr: 'nearmetal: building\n',
  });
  assert.deepEqual(await launch(clone), { code: 2, stdout: 'first\n', stderr: '' });
});

test('the launcher notices a changed, a new and a deleted source', async t => {
  const clone = scratchClone(t, program);
  await launch(clone);
  writeFileSync(join(clone, 'src/cli/told.ts'), "export const told = 'second';\n");
  assert.deepEqual(await launch(clone), { code: 2, stdout: 'second\n', stderr: 'nearmetal: building\n' });
  writeFileSync(join(clone, 'src/cli/new.ts'), '');
  assert.equal((await launch(clone)).stderr, 'nearmetal: building\n');
  unlinkSync(join(clone, 'src/cli/new.ts'));
  assert.equal((await launch(clone)).stderr, 'nearmetal: building\n');
  assert.equal((await launch(clone)).stderr, '');
});

test('a source dated in the future is built every time rather than never', async t => {
  const clone = scratchClone(t, program);
  const later = new Date(Date.now() + 86_400_000);
  utimesSync(join(clone, 'src/cli/told.ts'), later, later);
  await launch(clone);
  assert.deepEqual(await launch(clone), { code: 2, stdout: 'first\n', stderr: 'nearmetal: building\n' });
});

test('the launcher finds its clone through links to links, from any folder', async t => {
  const clone = scratchClone(t, program);
  const home = dirname(clone);
  symlinkSync('clone/nearmetal', join(home, 'one'));
  mkdirSync(join(home, 'bin'));
  symlinkSync('../one', join(home, 'bin/two'));
  assert.equal((await runIn('/', join(home, 'bin/two'), ['x'])).stdout, 'first x\n');
  assert.equal((await runIn(join(home, 'bin'), './two', ['x'])).stdout, 'first x\n');
  assert.equal((await runIn(clone, 'sh', ['nearmetal', 'x'])).stdout, 'first x\n');
});

test('launchers that start together build once, and all of them run', async t => {
  const clone = scratchClone(t, program);
  const ends = await Promise.all([launch(clone), launch(clone), launch(clone)]);
  for (const { code, stdout } of ends) assert.deepEqual({ code, stdout }, { code: 2, stdout: 'first\n' });
  const builds = ends.filter(({ stderr }) => stderr.includes('building\n'));
  assert.equal(builds.filter(({ stderr }) => !stderr.includes('another run')).length, 1);
});

test('a clone of somebody else, or one that can’t be written to, is built in the cache folder', async t => {
  const clone = scratchClone(t, program);
  const cache = join(dirname(clone), 'cache');
  const isRoot = process.getuid?.() === 0;
  const handOver = (): Promise<unknown> =>
    isRoot ? runIn('/', 'chown', ['-R', '65534', clone]) : runIn('/', 'chmod', ['-R', 'a-w', clone]);
  await handOver();
  const env = { ...plain, XDG_CACHE_HOME: cache };
  assert.deepEqual(await launch(clone, [], env), { code: 2, stdout: 'first\n', stderr: 'nearmetal: building\n' });
  assert.ok(!existsSync(join(clone, 'dist')));
  assert.equal(readdirSync(join(cache, 'nearmetal')).length, 1);
  assert.deepEqual(await launch(clone, [], env), { code: 2, stdout: 'first\n', stderr: '' });

  await runIn('/', 'chmod', ['-R', 'u+w', clone]);
  writeFileSync(join(clone, 'src/cli/told.ts'), "export const told = 'second';\n");
  await handOver();
  assert.deepEqual(await launch(clone, [], env), { code: 2, stdout: 'second\n', stderr: 'nearmetal: building\n' });
});

test('without a Node.js that is new enough the launcher says what to install', async t => {
  const clone = scratchClone(t, program);
  const PATH = pathWith(t, { node: 'echo v20.18.1' });
  const { code, stdout, stderr } = await launch(clone, [], { ...plain, PATH });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.match(
    stderr,
    /^nearmetal: Node\.js 20\.19 or newer is needed; .* is v20\.18\.1\.\n.*apt-get install nodejs npm/,
  );
});

test('a failing installation shows npm’s last words, what to do without a network, and ends with 1', async t => {
  const clone = scratchClone(t, program);
  unlinkSync(join(clone, 'node_modules'));
  const npm = "echo 'npm error code EAI_AGAIN' >&2; echo 'npm error no answer from the registry' >&2; exit 1";
  const { code, stdout, stderr } = await launch(clone, [], { ...plain, PATH: pathWith(t, { npm }) });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.match(stderr, /npm error no answer from the registry\n/);
  assert.match(stderr, /copy node_modules from a clone of the same version/);
  assert.match(stderr, /npm pack/);
  assert.match(stderr, /run the same command again/);
});

test('an installation that was cut short is made again', async t => {
  const clone = scratchClone(t, program);
  const whole = join(dirname(clone), 'whole');
  renameSync(join(clone, 'node_modules'), whole);
  mkdirSync(join(clone, 'node_modules/esbuild'), { recursive: true });
  const npm = `echo "npm $1" >&2; rm -r node_modules && ln -s '${whole}' node_modules`;
  const { code, stderr } = await launch(clone, [], { ...plain, PATH: pathWith(t, { npm }) });
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^nearmetal: installing the npm packages .*\nnearmetal: building\n$/);
});

test('a source that can’t be built ends with 1 and the place of the fault', async t => {
  const clone = scratchClone(t, { ...program, 'src/cli/told.ts': 'export const told = ;\n' });
  const { code, stdout, stderr } = await launch(clone);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.match(stderr, /src\/cli\/told\.ts:1:20/);
  assert.match(stderr, /nearmetal: the build failed/);
  assert.doesNotMatch(stderr, /at .*esbuild\/lib\/main\.js/);
});
