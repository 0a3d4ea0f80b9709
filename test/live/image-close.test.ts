import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { type ImagePlace, noImagePlace, processWith, startImagePlace } from './image-place.js';
import { missingParts } from './missing-parts.js';

const skip = noImagePlace();
const program = resolve('dist/cli.cjs');
let place: ImagePlace;

before(async () => {
  if (skip === undefined) place = await startImagePlace();
});

afterEach(async () => {
  if (skip === undefined) await place.nearmetal('image', 'close', '--all');
});

after(async () => {
  if (skip === undefined) await place.stop();
});

test('closing is refused while somebody works there, and says who; then it goes', { skip }, async () => {
  const where = place.at('mnt');
  for (const way of ['reader', 'kernel']) {
    await place.opened('--with', way, '--partition', '2', place.at('gpt.qcow2'), where);
    for (const [shell, says] of [
      [`cd ${where} && exec sleep 60`, /sleep \(process \d+\) works in .*\/mnt/],
      [`exec 9<${where}/etc/fstab; exec sleep 60`, /sleep \(process \d+\) has open .*\/mnt\/etc\/fstab/],
    ] as const) {
      const user = spawn('nsenter', ['--target', String(place.pid), '--mount', 'sh', '-c', shell], {
        stdio: 'ignore',
      });
      const gone = once(user, 'exit');
      let closed = await place.nearmetal('image', 'close', '/');
      for (let tries = 0; tries < 100; tries++) {
        const { out } = await place.inside(
          {},
          'sh',
          '-c',
          `readlink /proc/${user.pid}/exe /proc/${user.pid}/cwd /proc/${user.pid}/fd/9`,
        );
        if (out.includes('sleep') && out.includes(where)) break;
      }
      closed = await place.nearmetal('image', 'close', where);
      assert.equal(closed.code, 1, closed.out + closed.said);
      assert.match(closed.said, says);
      // all is as it was
      assert.match((await place.inside({}, 'cat', join(where, 'etc/fstab'))).out, /LABEL=sample/);
      user.kill();
      await gone;
    }
    assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
    await place.assertGone(where);
  }
});

test('whatever step opening is killed at, and whoever of its programs is killed later, closing clears all away', {
  skip,
}, async () => {
  const where = place.at('mnt');
  const bin = place.at('bin');
  mkdirSync(bin);
  for (const [name, isAfter] of [
    ['mount', false],
    ['mount', true],
    ['losetup', true],
    ['qemu-storage-daemon', false],
    ['qemu-storage-daemon', true],
  ] as const) {
    for (const other of readdirSync(bin)) rmSync(join(bin, other));
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    // kills who started it, before or after it did its work; asking for a free device is no step
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\ncase "$*" in *--find*) exec ${real} "$@" ;; esac\n${isAfter ? `${real} "$@"\n` : ''}kill -9 $PPID\n`,
    );
    chmodSync(join(bin, name), 0o755);
    const words = [
      process.execPath,
      program,
      'image',
      'open',
      '--with',
      'kernel',
      '--partition',
      '2',
      place.at('gpt.qcow2'),
    ];
    const killed = await place.inside({ PATH: `${bin}:${process.env['PATH']}` }, ...words, where);
    assert.notEqual(killed.code, 0);
    const listed = await place.nearmetal('image', 'open', '--list');
    assert.match(listed.out, /gpt\.qcow2/, `${name} ${isAfter}`);
    const closed = await place.nearmetal('image', 'close', where);
    assert.equal(closed.code, 0, `${name} ${isAfter}: ${closed.out}${closed.said}`);
    await place.assertGone(where);
  }
  // the ones that serve
  for (const way of ['reader', 'kernel']) {
    await place.opened('--with', way, '--partition', '2', place.at('gpt.qcow2'), where);
    const server = processWith(place.at('state'));
    process.kill(Number(server), 'SIGKILL');
    const closed = await place.nearmetal('image', 'close', where);
    assert.equal(closed.code, 0, closed.out + closed.said);
    await place.assertGone(where);
  }
});

test('an image that somebody writes to is not opened unless --force says so, and a change meanwhile is told', {
  skip,
}, async () => {
  const where = place.at('mnt');
  const image = place.at('live.qcow2');
  copyFileSync(place.at('gpt.qcow2'), image);
  const writer = spawn('qemu-io', ['-f', 'qcow2', image], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = once(writer, 'exit');
  writer.stdin.write('read -q 0 512\nmap\n');
  await once(writer.stdout, 'data');
  try {
    const refused = await place.nearmetal('image', 'open', image, where);
    assert.equal(refused.code, 66);
    assert.match(refused.said, /qemu-io \(process \d+\) has it open/);
    assert.match(refused.said, /does not fit together/);
    for (const way of ['reader', 'kernel']) {
      await place.opened('--force', '--with', way, '--partition', '2', image, where);
      const future = new Date(Date.now() + 5000 * (way === 'reader' ? 1 : 2));
      utimesSync(image, future, future);
      const closed = await place.nearmetal('image', 'close', where);
      assert.equal(closed.code, 0, closed.said);
      assert.match(closed.said, /live\.qcow2 was changed while it was open/);
    }
  } finally {
    writer.stdin.end('quit\n');
    await gone;
  }
  await place.assertGone(where);
});

test('after a restart of the machine nothing is there any more but the folder, and closing clears that away', {
  skip,
}, async () => {
  const where = place.at('mnt');
  await place.opened('--with', 'kernel', '--partition', '2', place.at('gpt.qcow2'), where);
  const [id = ''] = readdirSync(place.at('state/attached')).filter(name => !name.startsWith('lock.'));
  const record = place.at(`state/attached/${id}/attachment.json`);
  const text = readFileSync(record, 'utf8');
  const kept = { ...JSON.parse(text), boot: 'another' };
  // what a restart does
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  mkdirSync(dirname(record));
  mkdirSync(where);
  writeFileSync(record, JSON.stringify(kept));
  assert.match((await place.nearmetal('image', 'open', '--list')).out, /gpt\.qcow2/);
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  await place.assertGone(where);
});

test('who may not read what root has opened is told so', { skip: skip ?? missingParts(['setpriv']) }, async () => {
  const where = place.at('mnt');
  await place.opened(place.at('gpt.qcow2'), where);
  const closed = await place.inside(
    {},
    'setpriv',
    ...['--reuid=65534', '--regid=65534', '--clear-groups'],
    ...[process.execPath, program, 'image', 'close', where],
  );
  assert.equal(closed.code, 66, closed.out + closed.said);
  assert.match(closed.said, /sudo nearmetal image close/);
});
