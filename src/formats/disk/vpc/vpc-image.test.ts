import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours } from '#formats/disk/image-format';
import { vpc } from '#formats/disk/vpc/vpc-image';
import { big, bytesAtPlaces, sourceOf } from '../../../../test/image-bytes.js';

const alone: Neighbours = {
  open: name => assert.fail(`${name} was opened`),
  pathOf: name => name ?? 'image',
};

/** A footer as Hyper-V writes it: the size that it says is meant. */
function footer(type: number, size: number): Buffer {
  const bytes = bytesAtPlaces(512, {
    0: 'conectix',
    16: big([64, 512]),
    28: 'win ',
    48: big([64, size]),
    60: big([32, type]),
  });
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.writeUInt32BE(~sum >>> 0, 64);
  return bytes;
}

const blockSize = 4096;

/** A disk of two blocks; the second one is in the file, with a bitmap that marks the given sectors. */
function growing(
  type: number,
  bitmap: number,
  parent: readonly (readonly [code: string, path: string])[] = [],
): Buffer {
  const end = footer(type, 2 * blockSize);
  const header = bytesAtPlaces(1024, {
    0: 'cxsparse',
    16: big([64, 1536]),
    28: big([32, 2], [32, blockSize]),
    64: Buffer.from('named.vhd', 'utf16le').swap16(),
  });
  const bytes = bytesAtPlaces(8192, {
    0: end,
    1536: big([32, 0xffffffff], [32, 4]),
    2048: big([8, bitmap]),
    2560: Buffer.alloc(blockSize, 7),
    6656: end,
  });
  for (const [index, [code, path]] of parent.entries()) {
    const text = Buffer.from(path, 'utf16le');
    header.write(code, 576 + index * 24, 'latin1');
    header.set(big([32, 512], [32, text.length], [32, 0], [64, 7168 + index * 256]), 580 + index * 24);
    bytes.set(text, 7168 + index * 256);
  }
  bytes.set(header, 512);
  return bytes;
}

test('a disk that grows has blocks, and zeroes where there is none', () => {
  const image = vpc.open(sourceOf(growing(3, 0)), alone);
  assert.equal(image.backing, undefined);
  assert.equal(image.info['cluster-size'], blockSize);
  assert.deepEqual(image.extentAt(512), { kind: 'zero', start: 512, length: blockSize - 512 });
  assert.deepEqual(image.extentAt(blockSize), { kind: 'data', start: blockSize, length: blockSize, offset: 2560 });
});

test('a differencing disk has its parent below, and of its blocks the sectors that their bitmap marks', () => {
  const bytes = growing(4, 0b0011_0001, [
    ['W2ku', 'C:\\disks\\base.vhd'],
    ['W2ru', '.\\disks\\base.vhd'],
  ]);
  const image = vpc.open(sourceOf(bytes), alone);
  assert.deepEqual(image.backing, { name: 'disks/base.vhd', format: 'vpc' });
  assert.equal(image.info['backing-filename'], 'disks/base.vhd');
  assert.equal(image.extentAt(0).kind, 'unallocated');
  const extents = [];
  for (let at = blockSize; at < image.virtualSize; ) {
    const extent = image.extentAt(at);
    extents.push([extent.kind, extent.start - blockSize, extent.length, extent.offset]);
    at += extent.length;
  }
  assert.deepEqual(extents, [
    ['unallocated', 0, 1024, undefined],
    ['data', 1024, 1024, 2560 + 1024],
    ['unallocated', 2048, 1536, undefined],
    ['data', 3584, 512, 2560 + 3584],
  ]);
});

test('where no relative path of the parent is recorded, another one is taken', () => {
  assert.equal(vpc.open(sourceOf(growing(4, 0, [['W2ku', 'D:\\x.vhd']])), alone).backing?.name, 'D:/x.vhd');
  assert.equal(vpc.open(sourceOf(growing(4, 0)), alone).backing?.name, 'named.vhd');
});

test('a fixed disk stands in the file as it is, and its end tells what it is', () => {
  const bytes = Buffer.concat([Buffer.alloc(3072, 1), footer(2, 3072)]);
  const image = vpc.open(sourceOf(bytes), alone);
  assert.equal(vpc.probe(bytes.subarray(0, 512), bytes.length, 'x'), 0, 'by its first bytes it is raw');
  assert.deepEqual(image.extentAt(0), { kind: 'data', start: 0, length: 3072, offset: 0 });
});

test('what is wrong with a VHD is told with its place', () => {
  const faults: readonly (readonly [what: string, edit: (bytes: Buffer) => unknown, kind: string, at: number])[] = [
    ['checksum', bytes => bytes.writeUInt8(1, 70), 'malformed', 64],
    ['header', bytes => bytes.write('y', 513), 'malformed', 512],
    ['block size', bytes => bytes.writeUInt32BE(4000, 512 + 32), 'malformed', 544],
    ['table too short', bytes => bytes.writeUInt32BE(1, 512 + 28), 'malformed', 540],
    ['block outside', bytes => bytes.writeUInt32BE(400, 1536), 'cut-short', 1536],
  ];
  for (const [what, edit, kind, at] of faults) {
    const bytes = growing(3, 0);
    edit(bytes);
    assert.throws(
      () => vpc.open(sourceOf(bytes), alone),
      (error: unknown) => error instanceof ImageFault && error.kind === kind && error.offset === at,
      what,
    );
  }
});
