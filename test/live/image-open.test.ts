import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { type ImagePlace, noImagePlace, startImagePlace } from './image-place.js';
import { missingParts } from './missing-parts.js';

const skip = noImagePlace();
const program = resolve('dist/cli.cjs');
const mib = 1024 * 1024;
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

test('a GPT disk in a qcow2 image is seen with all that its fstab mounts, read by nearmetal itself, and closed without a trace', {
  skip,
}, async () => {
  const where = place.at('mnt');
  const { out, said } = await place.opened(place.at('gpt.qcow2'), where);
  assert.match(out, /Sample 1: \/ from 2 \(ext4\), \/boot from 1 \(ext4\)/);
  assert.equal(said, '');
  const mounts = (await place.inside({}, 'cat', '/proc/self/mounts')).out
    .split('\n')
    .filter(line => line.includes(where));
  assert.equal(mounts.length, 1);
  assert.match(mounts[0] ?? '', / fuse\.nearmetal ro,nosuid,nodev,noexec,/);
  writeFileSync(place.at('tree/boot/vmlinuz'), 'a kernel');
  assert.equal(await place.seen(where), await place.seen(place.at('tree')));
  assert.match((await place.inside({}, 'touch', `${where}/new`)).said, /Read-only file system/);
  const again = await place.nearmetal('image', 'open', place.at('mbr.raw'), where);
  assert.equal(again.code, 66);
  assert.match(again.said, /is mounted at .*\/mnt already/);
  const closed = await place.nearmetal('image', 'close', where);
  assert.deepEqual([closed.code, closed.out, closed.said], [0, `closed  ${where}\n`, '']);
  rmSync(place.at('tree/boot/vmlinuz'));
  await place.assertGone(where);
});

test('an XFS in an MBR partition below two images is seen as it was made', { skip }, async () => {
  const where = place.at('mnt');
  const { out } = await place.opened(place.at('over.qcow2'), '--untrusted', where);
  assert.match(out, /\/ from 1 \(xfs\)/);
  assert.equal(await place.seen(where), await place.seen(place.at('tree')));
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  await place.assertGone(where);
});

for (const [image, partition, type, options] of [
  ['gpt.qcow2', '2', 'ext4', 'noload'],
  ['mbr.raw', '1', 'xfs', 'nouuid'],
  ['over.qcow2', '1', 'xfs', 'norecovery'],
] as const) {
  test(`the kernel mounts partition ${partition} of ${image} through a loop device over it alone, without replaying its journal, and it is unmounted in the right order`, {
    skip,
  }, async () => {
    const where = place.at('mnt');
    const words = ['--with', 'kernel', '--partition', partition, place.at(image), where];
    const dry = await place.nearmetal('image', 'open', '--dry-run', ...words);
    assert.equal(dry.code, 0, dry.said);
    assert.match(dry.out, new RegExp(`mount -i -t ${type} -o ro,nosuid,nodev,noexec,.*${options}`));
    assert.ok(!existsSync(where));
    const { said } = await place.opened(...words);
    assert.match(said, /the kernel of this host reads \d itself/);
    const { out: mounts } = await place.inside({}, 'cat', '/proc/self/mounts');
    assert.match(mounts, new RegExp(`/dev/loop\\d+ ${where} ${type} ro,nosuid,nodev,noexec,`));
    assert.equal(await place.seen(where), await place.seen(place.at('tree')));
    const before = readFileSync(place.at(image));
    assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
    assert.ok(before.equals(readFileSync(place.at(image))), 'the image is as it was');
    await place.assertGone(where);
    const refused = await place.nearmetal('image', 'open', '--untrusted', ...words);
    assert.equal(refused.code, 64);
    assert.match(refused.said, /must not come near it/);
  });
}

test('a file system that only the kernel reads is mounted by it with a warning; of several the person is asked', {
  skip,
}, async () => {
  const where = place.at('mnt');
  execFileSync('mksquashfs', [place.at('tree'), place.at('squash.raw'), '-quiet', '-no-progress'], { stdio: 'ignore' });
  const { out, said } = await place.opened(place.at('squash.raw'), where);
  assert.match(out, /the kernel of this host reads it/);
  assert.match(said, /can attack this host/);
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  await place.assertGone(where);
  const empty = await place.nearmetal('image', 'open', '--partition', '7', place.at('gpt.qcow2'), where);
  assert.equal(empty.code, 64);
  assert.match(empty.said, /--partition takes 1 \(ext4 boot\), 2 \(ext4 sample\)/);
});

test('an NTFS is shown by guestmount where that is installed, which gets the format and the partition; else by ntfs-3g, with a warning', {
  skip: skip ?? missingParts(['mkntfs', 'ntfs-3g']),
}, async () => {
  const where = place.at('mnt');
  for (const name of ['ntfs.part', 'ntfs.raw']) writeFileSync(place.at(name), '');
  truncateSync(place.at('ntfs.part'), 32 * mib);
  truncateSync(place.at('ntfs.raw'), 34 * mib);
  execFileSync('mkntfs', ['-q', '-F', '-f', '-L', 'Windows', place.at('ntfs.part')], { stdio: 'ignore' });
  execFileSync('sfdisk', ['-q', place.at('ntfs.raw')], { input: 'label: gpt\nstart=2048,size=65536\n' });
  const copied = [`if=${place.at('ntfs.part')}`, `of=${place.at('ntfs.raw')}`];
  execFileSync('dd', [...copied, 'bs=1M', 'seek=1', 'conv=notrunc,sparse', 'status=none']);
  const image = place.at('ntfs.qcow2');
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', place.at('ntfs.raw'), image]);

  const { out, said } = await place.opened(image, where);
  assert.match(out, /\/ from 1 \(ntfs Windows\)\n.*ntfs-3g, as root on this host, reads it/);
  assert.match(said, /ntfs-3g, as root on this host, reads 1 itself/);
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  await place.assertGone(where);

  // guestmount needs an appliance that is not made here: one that mounts something under its name, and says what it was told
  mkdirSync(place.at('guestmount'));
  const words = place.at('guestmount/words');
  writeFileSync(
    place.at('guestmount/guestmount'),
    `#!/bin/sh\necho "$@" >${words}\nfor folder; do :; done\nexec mount -t tmpfs /dev/fuse "$folder"\n`,
    { mode: 0o755 },
  );
  const PATH = `${place.at('guestmount')}:${process.env['PATH']}`;
  const opened = await place.inside(
    { PATH },
    process.execPath,
    program,
    'image',
    'open',
    '--partition',
    '1',
    image,
    where,
  );
  assert.equal(opened.code, 0, opened.said);
  assert.match(opened.out, /guestmount reads it, in a guest of its own/);
  assert.equal(
    readFileSync(words, 'utf8'),
    `--ro -o nosuid -o nodev -o noexec --format=qcow2 -a ${image} -m /dev/sda1 ${where}\n`,
  );
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  await place.assertGone(where);
});

test('a logical volume in pieces is read from the image, and no group of it is known to this host', {
  skip: skip ?? missingParts(['pvcreate', 'vgcreate', 'lvcreate', 'lvextend']),
}, async () => {
  const where = place.at('mnt');
  const file = place.at('lvm.raw');
  writeFileSync(file, '');
  truncateSync(file, 100 * mib);
  const device = execFileSync('losetup', ['-f', '--show', file], { encoding: 'utf8' }).trim();
  const lvm = (name: string, ...words: readonly string[]): void => {
    const config = `devices{filter=["a|^${device}$|","r|.*|"]} backup{backup=0 archive=0}`;
    execFileSync(name, ['--driverloaded', 'n', '-q', '--config', config, ...words], { stdio: 'ignore' });
  };
  try {
    lvm('pvcreate', device);
    lvm('vgcreate', 'guest', device);
    lvm('lvcreate', '-an', '-Zn', '-Wn', '-L', '40M', '-n', 'root', 'guest');
    lvm('lvcreate', '-an', '-Zn', '-Wn', '-L', '20M', '-n', 'other', 'guest');
    lvm('lvextend', '-L', '48M', 'guest/root');
  } finally {
    execFileSync('losetup', ['-d', device]);
  }
  // extents of 4 MiB from 1 MiB on: ten of the one volume, five of the other, two of the one
  for (const [skipped, seek, count] of [
    [0, 1, 40],
    [40, 61, 8],
  ])
    execFileSync('dd', [
      `if=${place.at('root.part')}`,
      `of=${file}`,
      'bs=1M',
      `skip=${skipped}`,
      `seek=${seek}`,
      `count=${count}`,
      'conv=notrunc',
      'status=none',
    ]);
  const { out } = await place.opened(file, where);
  assert.match(out, /\/ from guest\/root \(ext4\)/);
  assert.equal(await place.seen(where), await place.seen(place.at('tree')));
  assert.equal((await place.nearmetal('image', 'close', where)).code, 0);
  const refused = await place.nearmetal('image', 'open', '--with', 'kernel', '--partition', 'guest/root', file, where);
  assert.equal(refused.code, 64);
  assert.match(refused.said, /its group would have to be active on this host/);
  await place.assertGone(where);
});

test('what is no empty folder is left alone, and only root mounts', {
  skip: skip ?? missingParts(['setpriv']),
}, async () => {
  mkdirSync(place.at('full'));
  writeFileSync(place.at('full/file'), '');
  const full = await place.nearmetal('image', 'open', place.at('gpt.qcow2'), place.at('full'));
  assert.equal(full.code, 66);
  assert.match(full.said, /not empty: file would be hidden/);
  symlinkSync(place.at('nowhere/at/all'), place.at('dangling'));
  const nowhere = await place.nearmetal('image', 'open', place.at('gpt.qcow2'), place.at('nowhere/at/all'));
  assert.equal(nowhere.code, 66);
  const unknown = await place.nearmetal('image', 'close', place.at('full'));
  assert.equal(unknown.code, 66);
  assert.match(unknown.said, /was not opened by nearmetal/);
  const log = openSync(place.at('log'), 'w');
  chmodSync(place.folder, 0o755);
  const plain = spawnSync(
    'setpriv',
    [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      program,
      'image',
      'open',
      place.at('gpt.qcow2'),
      '/tmp/nearmetal-nowhere',
    ],
    {
      env: { ...process.env, NEARMETAL_STATE_DIR: '/tmp/nearmetal-no-state', HOME: '/' },
      stdio: ['ignore', log, log],
      cwd: '/',
    },
  );
  assert.equal(plain.status, 64, readFileSync(place.at('log'), 'utf8'));
  assert.match(readFileSync(place.at('log'), 'utf8'), /only root can mount/);
});
