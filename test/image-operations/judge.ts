import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, type Scene } from './scene.js';
import type { View } from './scenes.js';

/** Asserts that an image is whole, and reads as a raw file does. */
export function judgeView(scene: Scene, { path, format, expected }: View, told: string): void {
  const file = join(scene.folder, path);
  if (['qcow2', 'qed', 'vdi', 'vhdx'].includes(format)) {
    const check = spawnSync('qemu-img', ['check', '-f', format, file], { encoding: 'utf8' });
    // 3: leaks, which an image that is to be repaired has
    const isFine = check.status === 0 || (check.status === 3 && scene.operation.name === 'repair');
    assert.ok(isFine, `${told}: qemu-img check ${path}: ${check.stdout}${check.stderr}`);
  }
  const compared = spawnSync('qemu-img', ['compare', '-f', format, '-F', 'raw', file, scene.expected(expected)], {
    encoding: 'utf8',
  });
  assert.equal(
    compared.status,
    0,
    `${told}: qemu-img compare ${path} ${expected}: ${compared.stdout}${compared.stderr}`,
  );
}

/** Which state the images of a scene are in; asserts that it is the old or the new, wholly. `before`: the picture at first. */
export function judge(scene: Scene, before: ReadonlyMap<string, string>, told: string): 'old' | 'new' {
  const { operation } = scene;
  const now = scene.picture();
  for (const [name, line] of before)
    if (name !== operation.path) assert.equal(now.get(name), line, `${told}: ${name} was left alone`);
  for (const view of operation.always) judgeView(scene, view, told);
  const isOld = bytesOf(now.get(operation.path)) === bytesOf(before.get(operation.path));
  const ours = new RegExp(`^\\.${operation.path}\\.nearmetal$|^${operation.path}\\.before-\\d{8}T\\d{6}Z$`);
  const more = [...now.keys()].filter(name => name !== operation.path && !before.has(name));
  assert.deepEqual(
    more.filter(name => !ours.test(name)),
    [],
    `${told}: nothing else is there`,
  );
  if (isOld) return 'old';
  judgeView(scene, { path: operation.path, ...operation.new }, told);
  const size = operation.new.size;
  if (size !== undefined) {
    const info = execFileSync('qemu-img', ['info', '-U', '--output=json', join(scene.folder, operation.path)]);
    assert.equal(JSON.parse(info.toString())['virtual-size'], size, `${told}: the size`);
  }
  if (before.has(operation.path)) {
    const kept = more.find(name => name.includes('.before-'));
    assert.equal(now.get(kept ?? ''), before.get(operation.path), `${told}: the old file is kept`);
  }
  return 'new';
}

/** Whether the lock of the ledger is free: no lock, or one that was given back. */
export function assertFree({ state }: Scene, told: string): void {
  const names = existsSync(state) ? readdirSync(state) : [];
  const locks = names.filter(name => /^lock\.\d+$/.test(name));
  assert.ok(locks.length <= 1, `${told}: ${locks.join(' ')}`);
  for (const name of locks)
    assert.match(readFileSync(join(state, name), 'utf8'), /"released":true/, `${told}: the lock is given back`);
  assert.deepEqual(
    names.filter(name => name.endsWith('.sock')),
    [],
    `${told}: nobody listens`,
  );
}
