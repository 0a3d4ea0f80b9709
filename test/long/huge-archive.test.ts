import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { BundleError } from '#formats/bundle/own/bundle-error';
import { unpackArchive } from '#formats/bundle/own/unpack-archive';

const problemOf = (archive: Uint8Array): Promise<string | undefined> =>
  unpackArchive(archive).then(
    () => undefined,
    (error: unknown) => (error instanceof BundleError ? error.code : String(error)),
  );

test('an archive of a million empty files is refused', async () => {
  const one = (await packTar([{ header: { name: 'x', size: 0, type: 'file' } }])).subarray(0, 512);
  const count = 1_000_000;
  const tar = Buffer.alloc(512 * count);
  for (let at = 0; at < count; at++) tar.set(headerNamed(one, `f${at}`), at * 512);
  assert.equal(await problemOf(gzipSync(tar, { level: 1 })), 'too-many');
});

test('an archive that unpacks to more than half a gigabyte is refused', async () => {
  assert.equal(await problemOf(gzipSync(Buffer.alloc(513 * 2 ** 20), { level: 1 })), 'too-large');
});

/** A header of an empty file under another name, its checksum put right. */
function headerNamed(header: Uint8Array, name: string): Uint8Array {
  const copy = Buffer.from(header);
  copy.fill(0, 0, 100).write(name, 0, 'latin1');
  copy.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of copy) sum += byte;
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}
