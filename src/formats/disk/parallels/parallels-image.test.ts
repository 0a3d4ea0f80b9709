import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours, OpenImage } from '#formats/disk/image-format';
import { parallels } from '#formats/disk/parallels/parallels-image';
import { bytesAtPlaces, little, sourceOf } from '../../../../test/image-bytes.js';

const alone: Neighbours = { open: name => assert.fail(`${name} was opened`), pathOf: name => name ?? 'image' };

/** Clusters of 4 sectors; the table has three, the disk four. */
const image = (magic: string, table: readonly number[], extension = 0): Buffer =>
  bytesAtPlaces(10 * 2048, {
    0: magic,
    16: little(
      [32, 2],
      [32, 16],
      [32, 1],
      [32, 4],
      [32, table.length],
      [64, 16],
      [32, 0],
      [32, 0],
      [32, 0],
      [64, extension],
    ),
    64: little(...table.map(entry => [32, entry] as const)),
  });

const open = (bytes: Buffer): OpenImage => parallels.open(sourceOf(bytes), alone);

test('the old header counts in sectors, the extended one in clusters', () => {
  for (const [magic, entries] of [
    ['WithoutFreeSpace', [4, 8, 0]],
    ['WithouFreSpacExt', [1, 2, 0]],
  ] as const) {
    const disk = open(image(magic, entries));
    assert.deepEqual(disk.extentAt(0), { kind: 'data', start: 0, length: 4096, offset: 2048 });
    assert.deepEqual(disk.extentAt(4096), { kind: 'unallocated', start: 4096, length: 2048 });
    assert.deepEqual(disk.extentAt(6144), { kind: 'unallocated', start: 6144, length: 2048 }, 'beyond the table');
    assert.equal(disk.info['dirty-flag'], undefined);
  }
});

test('an image that was not closed, clusters outside of the file and room at its end are told', () => {
  const bytes = image('WithouFreSpacExt', [1, 100, 3]);
  bytes.writeUInt32LE(0x746f6e59, 44);
  const check = open(bytes).check?.();
  assert.deepEqual([check?.corruptions, check?.leaks, check?.fragmentedClusters], [2, 0, 2]);
  assert.equal(open(image('WithouFreSpacExt', [1, 2])).check?.().leaks, 7);
});

test('an extension must be whole, and known', () => {
  const extended = (content: Buffer) => {
    const bytes = image('WithouFreSpacExt', [1], 8);
    bytes.set(Buffer.from('87eadc23ef4c23ab', 'hex'), 4096);
    bytes.set(content, 4096 + 24);
    bytes.set(
      createHash('md5')
        .update(bytes.subarray(4096 + 24, 6144))
        .digest(),
      4096 + 8,
    );
    return bytes;
  };
  const bitmap = Buffer.concat([Buffer.from('4ab32c25ae5f3820', 'hex'), little([64, 0], [32, 30], [32, 0])]);
  assert.equal(open(extended(bitmap)).virtualSize, 8192);
  const damaged = extended(bitmap);
  damaged.writeUInt8(9, 5000);
  for (const [bytes, fault] of [
    [damaged, 'malformed 4104'],
    [extended(little([64, 77])), 'unsupported 4120'],
    [extended(Buffer.concat([bitmap.subarray(0, 16), little([32, 0xffffffff], [32, 0])])), 'malformed 4096'],
    [image('WithouFreSpacExt', [1], 8), 'malformed 4096'],
  ] as const)
    assert.throws(
      () => open(bytes),
      (error: unknown) => error instanceof ImageFault && `${error.kind} ${error.offset}` === fault,
      fault,
    );
});
