import assert from 'node:assert/strict';
import test from 'node:test';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { Extent, Neighbours, OpenImage } from '#formats/disk/image-format';
import { qcow2 } from '#formats/disk/qcow2/qcow2-image';
import { type MadeQcow, madeQcow, type QcowWish } from '../../../../test/fuzz/made-qcow2.js';
import { memoryFile } from '../../../../test/stored-images.js';

const alone: Neighbours = {
  open(name) {
    throw new ImageFault('missing-file', name);
  },
  pathOf: (name = 'image') => name,
};

const open = (bytes: Buffer): OpenImage => qcow2.open(memoryFile(bytes), alone);
const made = (wish: QcowWish): OpenImage => open(madeQcow(wish).bytes);

function check(bytes: Buffer): ImageCheck {
  const result = open(bytes).check?.();
  assert.ok(result);
  return result;
}

const kinds = ({ damages }: ImageCheck): string[] => damages.map(({ kind }) => kind);

function extents(image: OpenImage): Extent[] {
  const all: Extent[] = [];
  for (let at = 0; at < image.virtualSize; ) {
    const extent = image.extentAt(at);
    all.push(extent);
    at += extent.length;
  }
  return all;
}

function read(image: OpenImage, at: number, length: number): Buffer {
  const target = Buffer.alloc(length);
  const extent = image.extentAt(at);
  assert.equal(extent.kind, 'data');
  if (extent.kind === 'data') image.readExtent(extent, 0, target);
  return target;
}

test('an image without a fault has none, whatever it is made of', () => {
  const wishes: QcowWish[] = [
    {},
    { data: [0, 1, 5], zeroes: [7], compressed: [9, 10] },
    { version: 2, clusterBits: 12, data: [3] },
    { data: [0, 1], snapshots: 3, compressed: [4] },
    { data: [0, 1], backing: 'base' },
    ...[0, 1, 2, 3, 5, 6].map(refcountOrder => ({ refcountOrder, data: [0, 2] })),
    { clusterBits: 14, hasSubclusters: true, data: [0, 1], zeroes: [3], compressed: [5] },
    { clusterBits: 12, data: [1], hasBitmap: true },
  ];
  for (const wish of wishes) {
    const { leaks, corruptions, checkErrors, damages } = check(madeQcow(wish).bytes);
    assert.deepEqual(
      { leaks, corruptions, checkErrors, damages },
      { leaks: 0, corruptions: 0, checkErrors: 0, damages: [] },
      JSON.stringify(wish),
    );
  }
});

test('clusters of the same kind, one after the other in the file, are one extent', () => {
  const image = made({ data: [0, 1, 2], zeroes: [4, 5], compressed: [7, 8], clusters: 12 });
  assert.deepEqual(
    extents(image).map(({ kind, start, length }) => [kind, start / 512, length / 512]),
    [
      ['data', 0, 3],
      ['unallocated', 3, 1],
      ['zero', 4, 2],
      ['unallocated', 6, 1],
      ['data', 7, 2],
      ['unallocated', 9, 3],
    ],
  );
  assert.deepEqual([...new Set(read(image, 512, 512))], [2]);
  assert.deepEqual([...new Set(read(image, 7 * 512, 512))], [8]);
  assert.deepEqual([...new Set(read(image, 7 * 512 + 700, 200))], [9]);
});

test('subclusters: data, zeroes and nothing within one cluster', () => {
  const image = made({ clusterBits: 14, hasSubclusters: true, data: [0], clusters: 2 });
  assert.deepEqual(
    extents(image).map(({ kind, length }) => [kind, length / 512]),
    [
      ['data', 4],
      ['zero', 4],
      ['data', 24],
      ['unallocated', 32],
    ],
  );
});

test('a subcluster that has data and is zeroes at once is a fault', () => {
  const { bytes, l2 } = madeQcow({ clusterBits: 14, hasSubclusters: true, data: [0] });
  bytes.writeBigUInt64BE(0x0000_00ff_ffff_ffffn, l2 + 8);
  assert.throws(() => open(bytes).extentAt(0), /the subclusters of a cluster contradict each other \(at byte/);
  assert.deepEqual(kinds(check(bytes)), ['reserved-bits']);
});

/** An image in which something is changed. */
function damaged(wish: QcowWish, change: (image: MadeQcow) => void): ImageCheck {
  const image = madeQcow(wish);
  change(image);
  return check(image.bytes);
}

test('two clusters of the guest in one of the file: both are named', () => {
  const result = damaged({ data: [0, 1] }, ({ bytes, l2 }) => bytes.copy(bytes, l2 + 8, l2, l2 + 8));
  assert.deepEqual([result.corruptions, result.leaks], [1, 1]);
  assert.deepEqual(
    result.damages.map(({ kind, guest }) => [kind, guest]),
    [
      ['refcount', [{ start: 0, length: 1024 }]],
      ['leak', undefined],
    ],
  );
});

test('data in a table of the image is an overlap, and says with what', () => {
  const result = damaged({ data: [0] }, ({ bytes, l2, refcountTable }) =>
    bytes.writeBigUInt64BE((1n << 63n) | BigInt(refcountTable), l2),
  );
  const [overlap] = result.damages;
  assert.equal(overlap?.kind, 'overlap');
  assert.match(overlap?.says ?? '', /used once, and used 2 times: by the refcount table, the guest’s data/);
  assert.deepEqual(overlap?.guest, [{ start: 0, length: 512 }]);
});

test('what leads out of the file, stands askew, or has bits set that are reserved', () => {
  const beyond = damaged({ data: [0] }, ({ bytes, l2 }) => bytes.writeBigUInt64BE((1n << 63n) | (1n << 40n), l2));
  assert.deepEqual(kinds(beyond).sort(), ['copied-flag', 'leak', 'out-of-range']);
  const askew = damaged({ clusterBits: 12, data: [0] }, ({ bytes, l2 }) =>
    bytes.writeUInt16BE(bytes.readUInt16BE(l2 + 6) + 512, l2 + 6),
  );
  assert.ok(kinds(askew).includes('misaligned'));
  const reserved = damaged({ data: [0] }, ({ bytes, l2 }) => bytes.writeUInt8(bytes.readUInt8(l2) | 1, l2));
  assert.deepEqual([kinds(reserved), reserved.corruptions], [['reserved-bits'], 1]);
  const table = damaged({ data: [0] }, ({ bytes, l1 }) => bytes.writeUInt8(bytes.readUInt8(l1) | 2, l1));
  assert.deepEqual(
    table.damages.map(({ kind, guest }) => [kind, guest]),
    [['reserved-bits', [{ start: 0, length: 40 * 512 }]]],
  );
});

test('counts: too high is a leak, too low is damage, without a block all are damage', () => {
  const high = damaged({ data: [0] }, ({ bytes, refcountBlock }) => bytes.writeUInt16BE(1, refcountBlock + 60));
  // the file ends before that cluster: what it says of it is no leak
  assert.deepEqual([high.leaks, high.corruptions], [0, 0]);
  const leak = damaged({ data: [0, 1] }, ({ bytes, l2 }) => bytes.writeBigUInt64BE(0n, l2 + 8));
  assert.deepEqual([leak.leaks, leak.corruptions, kinds(leak)], [1, 0, ['leak']]);
  const low = damaged({ data: [0] }, ({ bytes, refcountBlock }) => bytes.writeUInt16BE(0, refcountBlock + 2 * 5));
  assert.deepEqual(kinds(low).sort(), ['copied-flag', 'refcount']);
  const none = damaged({ data: [0] }, ({ bytes, refcountTable }) => bytes.writeBigUInt64BE(0n, refcountTable));
  // the header, the tables and the data; the block itself is no longer any
  assert.equal(none.damages.filter(({ kind }) => kind === 'refcount').length, 2);
  assert.equal(none.corruptions, 5 + 2);
});

test('a refcount block askew: counts cannot be read, which is no damage for each cluster', () => {
  const result = damaged({ clusterBits: 12, data: [0] }, ({ bytes, refcountTable }) =>
    bytes.writeUInt16BE(bytes.readUInt16BE(refcountTable + 6) + 512, refcountTable + 6),
  );
  assert.deepEqual([result.corruptions, result.leaks, result.checkErrors], [1, 0, 6]);
});

test('snapshots that cannot be read: nothing is called a leak', () => {
  const result = damaged({ data: [0], snapshots: 1 }, ({ bytes }) => bytes.writeUInt32BE(70_000, 60));
  assert.deepEqual([result.checkErrors, result.leaks], [1, 0]);
  assert.ok(kinds(result).includes('snapshot'));
});

test('features that are not known are refused by the names that the image gives them', () => {
  const { bytes } = madeQcow();
  bytes.writeBigUInt64BE(0x21n, 72);
  assert.throws(() => open(bytes), {
    kind: 'unsupported',
    message: /features that are not known: bit 5 \(at byte 72\)/,
  });
  // the table of names stands behind the header
  bytes.writeUInt8(5, 112 + 8 + 1);
  bytes.write('quantum clusters', 112 + 8 + 2);
  assert.throws(() => open(bytes), /quantum clusters/);
});

test('a count of one bit cannot tell of two users', () => {
  const result = damaged({ data: [0, 1], refcountOrder: 0 }, ({ bytes, l2 }) => bytes.copy(bytes, l2 + 8, l2, l2 + 8));
  assert.deepEqual([result.corruptions, result.leaks], [1, 1]);
});

test('entries of the L1 table by the hundred thousand that name the same L2 table are gone through once', () => {
  const image = madeQcow({ clusterBits: 21, data: [0] });
  const { bytes, l1 } = image;
  const entries = 200_000;
  bytes.writeUInt32BE(entries, 36);
  for (let entry = 1; entry < entries; entry++) bytes.copy(bytes, l1 + entry * 8, l1, l1 + 8);
  const start = process.cpuUsage();
  const result = check(bytes);
  assert.ok(process.cpuUsage(start).user < 5_000_000);
  assert.equal(result.allocatedClusters, entries);
});
