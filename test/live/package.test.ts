import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { packedProgram } from '../packed-program.js';
import { repository, runIn } from '../scratch-clone.js';

const bundled = ['commander', 'modern-tar', 'picocolors'];

test('npm pack gives a package that installs without a network, runs, and has types', { timeout: 300_000 }, async t => {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-package-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const consumer = join(home, 'consumer');
  mkdirSync(consumer);

  const tarball = await packedProgram(home);
  const { stdout: contents } = await runIn(home, 'tar', ['tzf', tarball]);
  const files = contents.trim().split('\n');

  await t.test('it holds the program, its declarations and every licence, and nothing of the workshop', () => {
    for (const file of [
      'LICENSE',
      'NOTICE',
      'README.md',
      'CHANGELOG.md',
      'man/nearmetal.1',
      'dist/licenses.txt',
      'dist/types/index.d.ts',
    ]) {
      assert.ok(files.includes(`package/${file}`), `${file} is missing`);
    }
    const strays = files.filter(file =>
      /^package\/(src|test|tools|node_modules\/(?!(libxml2-wasm|valibot)\/)|dist\/\.)/.test(file),
    );
    assert.deepEqual(strays, []);
    for (const name of bundled) assert.ok(!files.includes(`package/node_modules/${name}/package.json`), name);
  });

  await t.test('it installs offline into an empty folder, and its command runs', async () => {
    writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
    const args = ['install', '--offline', '--loglevel=error', '--no-audit', '--no-fund', tarball];
    const installed = await runIn(consumer, 'npm', args, {
      ...process.env,
      npm_config_cache: join(home, 'empty-cache'),
    });
    assert.equal(installed.code, 0, installed.stderr);
    const program = join(consumer, 'node_modules/.bin/nearmetal');
    const version = await runIn(consumer, program, ['--version']);
    assert.match(version.stdout, /^nearmetal \d+\.\d+\.\d+\n$/, version.stderr);
    const help = await runIn(consumer, program, ['--help']);
    assert.equal(help.code, 0, help.stderr);
    assert.match(help.stdout, /check/);
  });

  await t.test('both doors can be imported, and a consumer’s compiler finds every type behind them', async () => {
    const script = "await import('nearmetal'); await import('nearmetal/libvirt')";
    const imported = await runIn(consumer, process.execPath, ['--input-type=module', '-e', script]);
    assert.equal(imported.code, 0, imported.stderr);
    const uses =
      "import * as all from 'nearmetal';\nimport * as libvirt from 'nearmetal/libvirt';\nexport const doors = [all, libvirt];\n";
    writeFileSync(join(consumer, 'uses.ts'), uses);
    const modules = join(repository, 'node_modules');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--moduleResolution',
      'nodenext',
      '--target',
      'es2023',
    ];
    const types = ['--typeRoots', join(modules, '@types'), '--types', 'node', '--skipLibCheck', 'false'];
    const program = join(modules, 'typescript/bin/tsc');
    const compiled = await runIn(consumer, process.execPath, [program, ...options, ...types, 'uses.ts']);
    assert.equal(compiled.code, 0, compiled.stdout);
  });

  await t.test('publint finds nothing to say', async () => {
    const program = join(repository, 'node_modules/publint/src/cli.js');
    const { code, stdout, stderr } = await runIn(consumer, process.execPath, [program, 'run', tarball, '--strict']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /All good!/);
  });
});
