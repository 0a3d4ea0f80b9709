import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { openOutput } from '#cli/output';

const folder = mkdtempSync(join(tmpdir(), 'nearmetal-output-'));
after(() => rmSync(folder, { recursive: true }));

test('a result replaces the file whole, keeps its rights and leaves nothing beside it', async () => {
  const file = join(folder, 'nearmetal.prom');
  writeFileSync(file, 'old\n');
  chmodSync(file, 0o640);
  const before = statSync(file).ino;
  await openOutput(file, 'never').write('new\n');
  assert.equal(readFileSync(file, 'utf8'), 'new\n');
  assert.notEqual(statSync(file).ino, before);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(folder), ['nearmetal.prom']);
});

test('a link stays a link, and what it names gets the result', async () => {
  const target = join(folder, 'target');
  const link = join(folder, 'link');
  writeFileSync(target, 'old');
  symlinkSync('target', link);
  await openOutput(link, 'never').write('new');
  assert.equal(readFileSync(target, 'utf8'), 'new');
  assert.deepEqual(readdirSync(folder).sort(), ['link', 'nearmetal.prom', 'target']);
});

test('what is no regular file is written to, a folder is refused before the work is done', async () => {
  await openOutput('/dev/null', 'never').write('gone');
  assert.ok(statSync('/dev/null').isCharacterDevice());
  mkdirSync(join(folder, 'sub'));
  assert.throws(() => openOutput(join(folder, 'sub'), 'never'), /cannot write/);
});
