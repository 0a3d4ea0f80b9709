import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { randomOf } from '../apply/kill/random-of.js';
import { fillUp, interrupt, killOperation, killUndo } from '../image-operations/killed-operation.js';
import { makeScene } from '../image-operations/scene.js';
import { operations } from '../image-operations/scenes.js';
import { missingParts } from './missing-parts.js';

const skip = missingParts(['qemu-img', 'qemu-io']) ?? false;
const seed = Number(process.env['NEARMETAL_KILL_SEED'] ?? randomInt(1_000_000));
let home: string;

before(() => {
  home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'nearmetal-images-'));
});
after(() => rmSync(home, { recursive: true, force: true }));

for (const operation of operations)
  test(`image ${operation.name}, killed midway, leaves the old state or the new`, { skip }, async t => {
    const random = randomOf(seed);
    const scene = makeScene(home, operation);
    const words = ['image', ...operation.words, '--yes', '--quiet'];
    const { points, lastsMs } = await scene.measure(words);
    const back = await scene.measure(['undo', '1', '--yes', '--quiet']);
    const tally = { untouched: 0, old: 0, new: 0 };
    for (const settled of ['undo', 'finish'] as const)
      await killOperation(scene, { at: String(1 + random(points)) }, settled, tally);
    await killOperation(scene, { afterMs: random(Math.ceil(lastsMs)) }, 'finish', tally);
    await killUndo(scene, { at: String(1 + random(back.points)) });
    const interrupted = await interrupt(scene, 1 + random(points));
    t.diagnostic(`interrupted: ${interrupted}`);
    t.diagnostic(`seed ${seed}, ${points} calls, ${Math.round(lastsMs)} ms: ${JSON.stringify(tally)}`);
    rmSync(join(scene.folder, '..'), { recursive: true, force: true });
  });

test('the disk is full, before or midway: the old state or the new, and no draft', { skip }, async t => {
  const random = randomOf(seed);
  const disk = join(home, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk]);
  try {
    const tally = { old: 0, new: 0 };
    for (const operation of operations) {
      const scene = makeScene(home, operation, join(disk, 'images'));
      const { points } = await scene.measure(['image', ...operation.words, '--yes', '--quiet']);
      tally[await fillUp(scene, 1 + random(points), join(disk, 'full'))]++;
    }
    t.diagnostic(`seed ${seed}: ${JSON.stringify(tally)}`);
  } finally {
    execFileSync('umount', [disk]);
  }
});

const skipQemu = missingParts(['qemu-img', 'qemu-io', 'qemu-system-x86_64']) ?? false;

test('an image that a QEMU works with is refused, whichever the operation', { skip: skipQemu }, async () => {
  for (const operation of operations) {
    const scene = makeScene(home, operation);
    const before = scene.picture();
    // what is made anew has nobody on it: somebody is on what it is made of
    const busy = before.has(operation.path) ? operation.path : 'top.qcow2';
    const pidFile = join(home, 'pid');
    const format = busy.endsWith('.raw') ? 'raw' : 'qcow2';
    const drive = `file=${join(scene.folder, busy)},format=${format},if=virtio`;
    const machine = ['-machine', 'pc,accel=tcg', '-m', '32', '-nodefaults', '-display', 'none', '-S'];
    execFileSync('qemu-system-x86_64', [...machine, '-drive', drive, '-daemonize', '-pidfile', pidFile]);
    try {
      const refused = await scene.run(['image', ...operation.words, '--yes', '--quiet']);
      assert.equal(refused.code, 4, `${operation.name}: ${refused.out}${refused.err}`);
      assert.match(`${refused.out}${refused.err}`, /is in use: qemu-system-x86 \(process \d+\) has it open/);
      assert.deepEqual([...scene.picture().keys()], [...before.keys()], `${operation.name}: nothing was made`);
      assert.ok(!existsSync(join(scene.state, 'runs')), `${operation.name}: nothing had begun`);
    } finally {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
      rmSync(pidFile, { force: true });
    }
    rmSync(join(scene.folder, '..'), { recursive: true, force: true });
  }
});

test('history names the old image that a run keeps; prune removes it only where that is said, and nobody works with it', {
  skip,
}, async () => {
  const operation = operations.find(({ name }) => name === 'convert');
  assert.ok(operation);
  const scene = makeScene(home, operation);
  const before = scene.picture();
  const must = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await scene.run(words);
    assert.equal(code, 0, `${words.join(' ')}: ${out}${err}`);
    return out;
  };
  await must('image', ...operation.words, '--yes', '--quiet');
  const old = [...scene.picture().keys()].find(name => name.includes('.before-')) ?? '';
  assert.ok((await must('history', '1')).includes(`${old}  the old image of `));
  // while it can be taken back it stays
  assert.doesNotMatch(await must('history', 'prune', '--keep', '0', '--images', '--yes'), /removed/);
  const all = ['history', 'prune', '--keep', '0', '--older-than', '0'];
  const dry = await must(...all, '--dry-run');
  assert.match(dry, /1 run; of 1 something is in place, which could not be taken back any more would go/);
  assert.ok(dry.includes('Old images stay') && dry.includes(old), dry);
  const reader = spawn('sh', ['-c', 'echo && exec sleep 60 < "$0"', join(scene.folder, old)]);
  await once(reader.stdout, 'data');
  try {
    const said = await must(...all, '--images', '--yes');
    assert.match(said, /^0 runs and 0 copies went/);
    assert.match(said, /before-\w+, .*: stays: in use: (?:sh|sleep) \(/);
  } finally {
    reader.kill();
    await once(reader, 'exit');
  }
  assert.match(await must(...all, '--images', '--yes'), /before-\w+, the old image of .*: removed/);
  assert.deepEqual([...scene.picture().keys()], [...before.keys()]);
  const undone = await scene.run(['undo', '1', '--yes']);
  assert.equal(undone.code, 66, 'and then nothing can be taken back');
});

test('several operations right after each other are all done, and all taken back', { skip }, async () => {
  const operation = operations.find(({ name }) => name === 'resize');
  assert.ok(operation);
  const scene = makeScene(home, operation);
  const before = scene.picture();
  const sizes = [32, 33, 34, 35];
  for (const size of sizes) {
    const { code, out, err } = await scene.run(['image', 'resize', 'layer.qcow2', `${size}M`, '--yes', '--quiet']);
    assert.equal(code, 0, `${out}${err}`);
    const info = execFileSync('qemu-img', ['info', '--output=json', join(scene.folder, 'layer.qcow2')]);
    assert.equal(JSON.parse(info.toString())['virtual-size'], size * 1024 * 1024);
  }
  for (const run of ['4', '3', '2', '1']) {
    const { code, out, err } = await scene.run(['undo', run, '--yes', '--quiet']);
    assert.equal(code, 0, `${run}: ${out}${err}`);
  }
  assert.deepEqual(scene.picture(), before);
});
