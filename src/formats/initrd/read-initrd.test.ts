import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ImageFault } from '#formats/disk/image-fault';
import { readInitrd, type Unpack } from '#formats/initrd/read-initrd';

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** An entry of a cpio archive of the new form. */
function entry(name: string, text = '', mode = 0o100644): Buffer {
  const fields = [1, mode, 0, 0, 1, 0, Buffer.byteLength(text), 0, 0, 0, 0, name.length + 1, 0].map(hex).join('');
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return Buffer.concat([padded(Buffer.from(`070701${fields}${name}\0`)), padded(Buffer.from(text))]);
}

const archive = (...names: readonly string[]): Buffer =>
  Buffer.concat([...names.map(name => entry(name, `text of ${name}`)), entry('TRAILER!!!')]);

/** Hands out bytes in small pieces, so that nothing comes whole. */
const pieces = (bytes: Buffer, size: number) =>
  function* from(at: number): Generator<Buffer> {
    for (let place = at; place < bytes.length; place += size) yield bytes.subarray(place, place + size);
  };

const unpack: Unpack = async function* (packing, packed) {
  assert.equal(packing, 'gzip');
  yield gunzipSync(Buffer.concat([...packed]));
};

test('archives one after the other, with zeroes between, the last one packed', async () => {
  const early = Buffer.concat([archive('kernel/x86/microcode/GenuineIntel.bin'), Buffer.alloc(512)]);
  const bytes = Buffer.concat([
    early,
    archive('./etc/a'),
    Buffer.alloc(8),
    gzipSync(archive('init', 'lib/modules/6/virtio_blk.ko')),
  ]);
  for (const size of [1, 7, 100, 1_000_000]) {
    const content = await readInitrd(pieces(bytes, size), unpack, name => name === 'init');
    assert.deepEqual(
      [...content.names],
      ['kernel/x86/microcode/GenuineIntel.bin', 'etc/a', 'init', 'lib/modules/6/virtio_blk.ko'],
    );
    assert.deepEqual([...content.texts], [['init', 'text of init']]);
    assert.deepEqual(content.packings, ['none', 'gzip']);
  }
});

test('what is cut short, empty or no archive is a fault with a name', async () => {
  const whole = archive('init', 'etc/fstab');
  const broken = [
    whole.subarray(0, 150),
    Buffer.alloc(64),
    Buffer.from('no archive at all'),
    Buffer.concat([entry('a'), Buffer.from('070701zzzzzzzz'.padEnd(200, 'z'))]),
  ];
  for (const bytes of broken)
    await assert.rejects(
      readInitrd(pieces(bytes, 64), unpack, () => true),
      ImageFault,
    );
});
