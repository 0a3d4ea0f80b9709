import assert from 'node:assert/strict';
import test from 'node:test';
import { parseImageSize } from '#units/image-size';

test('sizes are read as qemu-img reads them', () => {
  assert.equal(parseImageSize('10G'), 10 * 2 ** 30);
  assert.equal(parseImageSize('1.5T'), 1.5 * 2 ** 40);
  assert.equal(parseImageSize('512'), 512);
  assert.equal(parseImageSize('64k'), 65536);
  assert.equal(parseImageSize('2GiB'), 2 ** 31);
});

test('what is no size is none', () => {
  for (const text of ['', '-1', '1e9', 'ten', '9999999P', '1.3', '+1G'])
    assert.equal(parseImageSize(text), undefined, text);
});
