import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { repository, runIn } from '../scratch-clone.js';
import { missingParts } from './missing-parts.js';

const skip = missingParts(['unshare', 'setpriv', 'mount']) ?? false;

test('on a fresh clone with an empty home', { skip, timeout: 400_000 }, async t => {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-first-run-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await runIn('/', 'chmod', ['755', home]);
  const clone = join(home, 'clone');
  mkdirSync(clone);
  for (const name of ['nearmetal', 'package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'src', 'tools']) {
    const filter = (source: string): boolean => !source.endsWith('/node_modules');
    cpSync(join(repository, name), join(clone, name), { recursive: true, filter });
  }
  const env = (name: string): NodeJS.ProcessEnv => {
    mkdirSync(join(home, name), { recursive: true });
    return { PATH: process.env['PATH'], HOME: join(home, name), npm_config_cache: join(home, 'npm-cache') };
  };
  const version = /^nearmetal \d+\.\d+\.\d+\n$/;

  await t.test('read-only, the launcher installs and builds in the cache folder', async () => {
    const inPrivate = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$0/nearmetal" --version';
    const { code, stdout, stderr } = await runIn(home, 'unshare', ['-m', 'sh', '-c', inPrivate, clone], env('reader'));
    assert.equal(code, 0, stderr);
    assert.match(stdout, version);
    assert.match(stderr, /^nearmetal: installing .*\nnearmetal: building\n$/);
    assert.ok(!existsSync(join(clone, 'node_modules')) && !existsSync(join(clone, 'dist')));
  });

  await t.test('the launcher installs, builds and runs, then only runs', async () => {
    const first = await runIn(home, join(clone, 'nearmetal'), ['--version'], env('owner'));
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^nearmetal: installing .*\nnearmetal: building\n$/);
    const second = await runIn(home, join(clone, 'nearmetal'), ['--version'], env('owner'));
    assert.equal(second.stderr, '');
    assert.match(second.stdout, version);
  });

  await t.test(
    'another, plain user runs the build that is there, and a stale one anew, without a network',
    async () => {
      const user = env('user');
      await runIn('/', 'chown', ['-R', '65534:65534', join(home, 'user')]);
      const as = [
        '-n',
        'setpriv',
        '--reuid',
        '65534',
        '--regid',
        '65534',
        '--clear-groups',
        join(clone, 'nearmetal'),
        '--version',
      ];
      const there = await runIn('/', 'unshare', as, user);
      assert.equal(there.stderr, '');
      assert.match(there.stdout, version);
      await runIn('/', 'touch', [join(clone, 'src/cli/main.ts')]);
      const stale = await runIn('/', 'unshare', as, user);
      assert.equal(stale.stderr, 'nearmetal: building\n');
      assert.match(stale.stdout, version);
    },
  );

  await t.test('without a network and without packages the launcher says what to do', async () => {
    await runIn('/', 'rm', ['-r', join(clone, 'node_modules')]);
    const cold = { ...env('owner'), npm_config_cache: join(home, 'empty-cache') };
    const { code, stderr } = await runIn(home, 'unshare', ['-n', join(clone, 'nearmetal'), '--version'], cold);
    assert.equal(code, 1);
    assert.match(stderr, /the package registry could not be reached/);
  });
});
