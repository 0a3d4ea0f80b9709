import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours, OpenImage } from '#formats/disk/image-format';
import { luks } from '#formats/disk/luks/luks-image';
import { big, bytesAtPlaces, sourceOf } from '../../../../test/image-bytes.js';

const alone: Neighbours = { open: name => assert.fail(`${name} was opened`), pathOf: name => name ?? 'image' };

function container(): Buffer {
  const bytes = bytesAtPlaces(1024 * 1024, {
    0: 'LUKS\xba\xbe\0\x01',
    8: 'aes',
    40: 'cbc-essiv:sha256',
    72: 'sha512',
    104: big([32, 1032], [32, 32]),
    164: big([32, 5000]),
    168: '8eb34ea0-d92f-4f9c-a4a3-60960dec0234',
  });
  for (let slot = 0; slot < 8; slot += 1) {
    bytes.set(big([32, slot === 1 ? 0x00ac71f3 : 0xdead], [32, 777]), 208 + slot * 48);
    bytes.set(big([32, 8 + slot * 128], [32, 2000]), 208 + slot * 48 + 40);
  }
  return bytes;
}

const open = (bytes: Buffer): OpenImage => luks.open(sourceOf(bytes), alone);

test('a container says what its header says, and keeps its data to itself', () => {
  const image = open(container());
  assert.equal(image.virtualSize, 1024 * 1024 - 1032 * 512);
  assert.equal(image.info.encrypted, true);
  const extent = image.extentAt(0);
  assert.equal(extent.kind === 'data' && extent.isEncrypted, true);
  assert.throws(
    () => extent.kind === 'data' && image.readExtent(extent, 512, Buffer.alloc(512)),
    (error: unknown) => error instanceof ImageFault && error.kind === 'unsupported' && error.offset === 1033 * 512,
  );
});

test('what is wrong with a container is told with its place; version 2 is named', () => {
  const faults: readonly (readonly [edit: (bytes: Buffer) => unknown, fault: string])[] = [
    [bytes => bytes.writeUInt8(2, 7), 'unsupported 6'],
    [bytes => bytes.write('x', 0), 'not-this-format 0'],
    [bytes => bytes.write('foo\0', 8), 'unsupported 8'],
    [bytes => bytes.write('cbc', 40).toFixed() && bytes.fill(0, 43, 72), 'malformed 40'],
    [bytes => bytes.write('cbc-other\0', 40), 'unsupported 40'],
    [bytes => bytes.write('cbc-essiv\0', 40), 'malformed 40'],
    [bytes => bytes.write('crc32\0', 72), 'unsupported 72'],
    [bytes => bytes.writeUInt32BE(9, 208), 'malformed 208'],
    [bytes => bytes.writeUInt32BE(0, 208 + 48 + 44), 'malformed 300'],
    [bytes => bytes.writeUInt32BE(8, 208 + 48 + 40), 'malformed 296'],
    [bytes => bytes.writeUInt32BE(1000, 104), 'malformed 584'],
    [bytes => bytes.writeUInt32BE(90_000, 104), 'cut-short 104'],
  ];
  for (const [edit, fault] of faults) {
    const bytes = container();
    edit(bytes);
    assert.throws(
      () => open(bytes),
      (error: unknown) => error instanceof ImageFault && `${error.kind} ${error.offset}` === fault,
      fault,
    );
  }
});
