import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { readingImages } from '#collect/guest/image-reader';
import { ownImageInfo } from '#collect/guest/own-image-info';
import { parseQemuImgInfo } from '#formats/qemu-img-info';
import { noCommands } from '#transport/commands';

test('an image is read without running anything; what is not there is absent, and what is no file is refused', t => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-image-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.raw');
  writeFileSync(path, Buffer.alloc(1000));
  const commands = readingImages(noCommands);
  const told = commands.output(ownImageInfo(path, 'raw'));
  const image = told.outcome === 'ok' ? parseQemuImgInfo(told.value) : undefined;
  assert.deepEqual([image?.path, image?.format, image?.virtualSize, image?.backing], [path, 'raw', 1024, []]);
  assert.equal(commands.output(ownImageInfo(join(folder, 'gone'), 'raw')).outcome, 'absent');
  assert.equal(commands.output(ownImageInfo(folder, 'raw')).outcome, 'denied');
  assert.equal(commands.output(ownImageInfo('/dev/null', 'raw')).outcome, 'denied');
  assert.equal(commands.output(ownImageInfo(path, 'nonsense')).outcome, 'denied');
  assert.equal(commands.output(['qemu-img', 'info', path]).outcome, 'not-captured');
});
