import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { crc32c } from '#formats/checksum/crc32c';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours } from '#formats/disk/image-format';
import { vhdxGuid } from '#formats/disk/vhdx/vhdx-guid';
import { vhdx } from '#formats/disk/vhdx/vhdx-image';
import { bytesAtPlaces, little, sourceOf } from '../../../../test/image-bytes.js';

const alone: Neighbours = {
  open: name => assert.fail(`${name} was opened`),
  pathOf: name => name ?? 'image',
};
const mebibyte = 2 ** 20;
const logGuid = '01020304-0506-0708-090a-0b0c0d0e0f10';

function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function summed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(0, 4);
  bytes.writeUInt32LE(crc32c(bytes), 4);
  return bytes;
}

const header = (sequence: number, log: string): Buffer =>
  summed(
    bytesAtPlaces(4096, {
      0: 'head',
      8: little([64, sequence]),
      48: guid(log),
      66: little([16, 1], [32, mebibyte], [64, mebibyte]),
    }),
  );

/** An entry of the log that would write zeroes over the start of the metadata. */
const logEntry = (log: string): Buffer =>
  summed(
    bytesAtPlaces(4096, {
      0: 'loge',
      8: little([32, 4096], [32, 0], [64, 5], [32, 1]),
      32: guid(log),
      64: 'zero',
      72: little([64, 4096], [64, 2 * mebibyte], [64, 5]),
    }),
  );

const metadata: readonly (readonly [id: string, content: Buffer])[] = [
  [vhdxGuid.fileParameters, little([32, mebibyte], [32, 0])],
  [vhdxGuid.virtualSize, little([64, 4 * mebibyte])],
  [vhdxGuid.page83, Buffer.alloc(16)],
  [vhdxGuid.logicalSector, little([32, 512])],
  [vhdxGuid.physicalSector, little([32, 4096])],
];

/** A disk of four blocks: the second one is in the file. Log, metadata, table and data have a MiB each. */
function sound(): Buffer {
  const regions = bytesAtPlaces(65536, {
    0: 'regi',
    8: little([32, 2]),
    16: Buffer.concat([guid(vhdxGuid.metadata), little([64, 2 * mebibyte], [32, mebibyte], [32, 1])]),
    48: Buffer.concat([guid(vhdxGuid.blockTable), little([64, 3 * mebibyte], [32, mebibyte], [32, 1])]),
  });
  const bytes = bytesAtPlaces(5 * mebibyte, {
    0: 'vhdxfile',
    65536: header(7, vhdxGuid.none),
    131072: header(6, logGuid),
    196608: summed(regions),
    [2 * mebibyte]: 'metadata',
    [2 * mebibyte + 10]: little([16, metadata.length]),
    [3 * mebibyte]: little([64, 0], [64, 4 * mebibyte + 6], [64, 2], [64, 0]),
    [4 * mebibyte]: Buffer.alloc(mebibyte, 9),
  });
  for (const [index, [id, content]] of metadata.entries()) {
    const at = 65536 + index * 16;
    bytes.set(
      Buffer.concat([guid(id), little([32, at], [32, content.length], [32, 4])]),
      2 * mebibyte + 32 + index * 32,
    );
    bytes.set(content, 2 * mebibyte + at);
  }
  return bytes;
}

const faultOf = (bytes: Buffer): string => {
  try {
    vhdx.open(sourceOf(bytes), alone);
  } catch (error) {
    if (error instanceof ImageFault) return `${error.kind} ${error.offset}`;
    throw error;
  }
  return 'none';
};

test('a sound VHDX: what is in the file, and zeroes', () => {
  const image = vhdx.open(sourceOf(sound()), alone);
  assert.equal(image.virtualSize, 4 * mebibyte);
  assert.deepEqual(image.extentAt(0), { kind: 'zero', start: 0, length: mebibyte });
  const extent = image.extentAt(mebibyte + 512);
  assert.deepEqual(extent, { kind: 'data', start: mebibyte + 512, length: mebibyte - 512, offset: 4 * mebibyte + 512 });
  const target = Buffer.alloc(4);
  if (extent.kind === 'data') image.readExtent(extent, 0, target);
  assert.deepEqual([...target], [9, 9, 9, 9]);
  assert.deepEqual(image.check?.(), { checkErrors: 0, leaks: 0, corruptions: 0, damages: [] });
});

test('the header with the higher number counts, of those that are sound', () => {
  const bytes = sound();
  bytes.set(header(9, logGuid), 131072);
  bytes.set(logEntry(logGuid), mebibyte + 8192);
  assert.equal(faultOf(bytes), `unsupported ${mebibyte + 8192}`, 'the second one tells of a log');
  bytes.writeUInt8(1, 131072 + 200);
  assert.equal(faultOf(bytes), 'none', 'it is no longer sound');
  bytes.writeUInt8(1, 65536 + 200);
  assert.equal(faultOf(bytes), 'malformed 65536', 'neither is');
});

test('a log with entries that were never carried over is named, with the place of the first', () => {
  const bytes = sound();
  bytes.set(header(9, logGuid), 131072);
  assert.equal(faultOf(bytes), 'none', 'an empty log');
  bytes.set(logEntry('11020304-0506-0708-090a-0b0c0d0e0f10'), mebibyte);
  assert.equal(faultOf(bytes), 'none', 'entries of an older log');
  bytes.set(logEntry(logGuid), mebibyte + 4096);
  assert.equal(faultOf(bytes), `unsupported ${mebibyte + 4096}`);
  bytes.writeUInt8(7, mebibyte + 4096 + 300);
  assert.equal(faultOf(bytes), 'none', 'an entry that was not written whole');
});

test('what is wrong with a VHDX is told with its place', () => {
  const faults: readonly (readonly [what: string, edit: (bytes: Buffer) => unknown, fault: string])[] = [
    ['regions', bytes => bytes.writeUInt8(9, 196608 + 1000), 'malformed 196612'],
    ['differencing', bytes => bytes.writeUInt32LE(2, 2 * mebibyte + 65540), `unsupported ${2 * mebibyte + 65540}`],
    ['block size', bytes => bytes.writeUInt32LE(3, 2 * mebibyte + 65536), `malformed ${2 * mebibyte + 65536}`],
    ['sectors', bytes => bytes.writeUInt32LE(520, 2 * mebibyte + 65584), `malformed ${2 * mebibyte + 65584}`],
    ['size', bytes => bytes.writeUInt8(255, 2 * mebibyte + 65559), `malformed ${2 * mebibyte + 65552}`],
    ['missing', bytes => bytes.writeUInt16LE(2, 2 * mebibyte + 10), `malformed ${2 * mebibyte}`],
  ];
  for (const [what, edit, fault] of faults) {
    const bytes = sound();
    edit(bytes);
    assert.equal(faultOf(bytes), fault, what);
  }
});

test('blocks that are not in the file, or overlap with what the image needs, are counted', () => {
  const bytes = sound();
  bytes.set(little([64, 2 * mebibyte + 6], [64, 4 * mebibyte + 6], [64, 5 * mebibyte + 6]), 3 * mebibyte);
  const check = vhdx.open(sourceOf(bytes), alone).check?.();
  assert.deepEqual(
    check?.damages.map(({ kind, at, guest }) => [kind, at, guest?.[0]?.start]),
    [
      ['overlap', 3 * mebibyte, 0],
      ['out-of-range', 3 * mebibyte + 16, 2 * mebibyte],
    ],
  );
  assert.equal(check?.corruptions, 2);
});
