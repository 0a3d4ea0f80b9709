import assert from 'node:assert/strict';
import test from 'node:test';
import { swaps } from '#collect/host/swaps';
import { valueIfKnown } from '#model/known';
import { type SketchedMachine, sourcesFrom } from '../../../test/sources-from.js';

const areas = (...lines: readonly string[]): string =>
  `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${lines.map(line => `${line}\t1024\t0\t-2\n`).join('')}`;

const disks = {
  '/sys/block/sda/queue/rotational': '1\n',
  '/sys/block/sda/sda2/partition': '2\n',
  '/sys/block/nvme0n1/queue/rotational': '0\n',
  '/sys/block/nvme0n1/nvme0n1p3/partition': '3\n',
  '/sys/block/dm-1/queue/rotational': '0\n',
  '/sys/block/dm-1/dm/name': 'vg-swap\n',
  '/sys/block/zram0/queue/rotational': '0\n',
};

const kinds = (files: SketchedMachine['files']) =>
  valueIfKnown(swaps.read(sourcesFrom({ files: { ...disks, ...files } })))?.map(area => [
    area.isZram,
    area.isRotational,
  ]);

test('on a disk, a partition, a volume, compressed memory, and on a device that is not to be found', () => {
  const text = areas(
    '/dev/sda partition',
    '/dev/sda2 partition',
    '/dev/nvme0n1p3 partition',
    '/dev/dm-1 partition',
    '/dev/mapper/vg-swap partition',
    '/dev/zram0 partition',
    '/dev/vdz9 partition',
  );
  assert.deepEqual(kinds({ '/proc/swaps': text }), [
    [false, true],
    [false, true],
    [false, false],
    [false, false],
    [false, false],
    [true, false],
    [false, undefined],
  ]);
});

test('a file lies on the device of the deepest mount point above it', () => {
  const mounts = '/dev/sda2 / ext4 rw 0 0\n/dev/mapper/vg-swap /swap btrfs rw 0 0\ntmpfs /swapfiles tmpfs rw 0 0\n';
  const text = areas('/swapfile file', '/swap/swapfile file', '/swapfiles/a file');
  assert.deepEqual(kinds({ '/proc/swaps': text, '/proc/self/mounts': mounts }), [
    [false, true],
    [false, false],
    [false, undefined],
  ]);
});

test('no swap is none, whether the kernel has it or not; an unread file is unknown', () => {
  assert.deepEqual(kinds({ '/proc/swaps': areas() }), []);
  assert.deepEqual(kinds({}), []);
  assert.equal(swaps.read(sourcesFrom({ missing: 'not-captured' })).state, 'unknown');
  assert.equal(swaps.read(sourcesFrom({ files: { '/proc/swaps': { denied: 'EACCES' } } })).state, 'unknown');
  assert.equal(swaps.read(sourcesFrom({ files: { '/proc/swaps': 'nonsense' } })).state, 'unknown');
});
