import assert from 'node:assert/strict';
import type { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours, OpenImage } from '#formats/disk/image-format';
import { qed } from '#formats/disk/qed/qed-image';
import { bytesAtPlaces, little, sourceOf } from '../../../../test/image-bytes.js';

const alone: Neighbours = { open: name => assert.fail(`${name} was opened`), pathOf: name => name ?? 'image' };

/** Clusters of 4 KiB: header, first table in two, second table in two, one of data, and what is given after it. */
const image = (second: readonly number[], clusters = 6, features = 0): Buffer =>
  bytesAtPlaces(clusters * 4096, {
    0: 'QED\0',
    4: little(
      [32, 4096],
      [32, 2],
      [32, 1],
      [64, features],
      [64, 0],
      [64, 0],
      [64, 4096],
      [64, 2 ** 23],
      [32, 64],
      [32, 8],
    ),
    64: 'base.raw',
    4096: little([64, 3 * 4096]),
    [3 * 4096]: little(...second.map(at => [64, at] as const)),
  });

const open = (bytes: Buffer): OpenImage => qed.open(sourceOf(bytes), alone);

test('clusters with data, of zeroes, and of none', () => {
  const disk = open(image([5 * 4096, 1, 1, 0]));
  assert.deepEqual(disk.extentAt(0), { kind: 'data', start: 0, length: 4096, offset: 5 * 4096 });
  assert.deepEqual(disk.extentAt(4096), { kind: 'zero', start: 4096, length: 8192 });
  assert.deepEqual(disk.extentAt(3 * 4096), { kind: 'unallocated', start: 12288, length: 1021 * 4096 });
  assert.deepEqual(disk.extentAt(2 ** 22), { kind: 'unallocated', start: 2 ** 22, length: 2 ** 22 });
});

test('a backing file is told, and whether it is surely raw', () => {
  assert.deepEqual(open(image([], 6, 1)).backing, { name: 'base.raw', format: undefined });
  assert.deepEqual(open(image([], 6, 5)).backing, { name: 'base.raw', format: 'raw' });
  assert.equal(open(image([])).backing, undefined);
});

test('the examination tells class, place and the guest’s bytes of each damage', () => {
  const check = open(image([5 * 4096, 5 * 4096, 4096 * 50, 4097, 4096], 9)).check?.();
  assert.deepEqual(
    check?.damages.map(({ kind, at, guest }) => [kind, at, guest?.[0]?.start]),
    [
      ['overlap', 12288 + 8, 4096],
      ['out-of-range', 12288 + 16, 8192],
      ['misaligned', 12288 + 24, 12288],
      ['overlap', 12288 + 32, 16384],
      ['leak', 6 * 4096, undefined],
    ],
  );
  assert.deepEqual([check?.corruptions, check?.leaks, check?.allocatedClusters], [4, 3, 5]);
});

test('what is wrong with a QED image is told with its place', () => {
  for (const [at, value, fault] of [
    [0, 0, 'not-this-format 0'],
    [4, 3000, 'malformed 4'],
    [8, 32, 'malformed 8'],
    [16, 64, 'unsupported 16'],
    [40, 4097, 'malformed 40'],
    [48, 513, 'malformed 48'],
    [60, 5000, 'malformed 56'],
  ] as const) {
    const bytes = image([], 6, 1);
    bytes.writeUInt32LE(value, at);
    assert.throws(
      () => open(bytes),
      (error: unknown) => error instanceof ImageFault && `${error.kind} ${error.offset}` === fault,
      fault,
    );
  }
  const disk = open(image([4096 * 50]));
  assert.throws(
    () => disk.extentAt(0),
    (error: unknown) => error instanceof ImageFault && error.offset === 12288,
  );
});
