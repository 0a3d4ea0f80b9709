import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesPerUnit, memorySizeIn, parseScaledSize, storageSizeIn } from '#formats/libvirt-xml/parse-scaled-size';
import { parseXml } from '#formats/xml/parse-xml';

const element = (source: string) => parseXml(source, { file: 'x' }).root;

test('KB is 1000 bytes; k, K and KiB are 1024; case does not matter', () => {
  const units = ['KB', 'kb', 'k', 'K', 'KiB', 'kib', 'M', 'MB', 'G', 'GiB', 'TB', 'T', 'P', 'E', 'b', 'Byte', 'bytes'];
  const sizes = [
    1e3,
    1e3,
    1024,
    1024,
    1024,
    1024,
    2 ** 20,
    1e6,
    2 ** 30,
    2 ** 30,
    1e12,
    2 ** 40,
    2 ** 50,
    2 ** 60,
    1,
    1,
    1,
  ];
  assert.deepEqual(units.map(bytesPerUnit), sizes);
  for (const unit of ['', 'x', 'KBi', 'Ki', 'kbyte', 'KiBs', 'bits']) assert.equal(bytesPerUnit(unit), undefined, unit);
});

test('memory without a unit is KiB, and is rounded up to whole KiB', () => {
  assert.equal(memorySizeIn(element('<memory>1024</memory>')), 2 ** 20);
  assert.equal(memorySizeIn(element("<memory unit=''>1024</memory>")), 2 ** 20);
  assert.equal(memorySizeIn(element("<memory unit='bytes'>1</memory>")), 1024);
  assert.equal(memorySizeIn(element("<memory unit='KB'>1</memory>")), 1024);
  assert.equal(memorySizeIn(element("<memory unit='MB'>1</memory>")), 977 * 1024);
  assert.equal(memorySizeIn(element("<memory unit='GiB'>\n 4 \n</memory>")), 4 * 2 ** 30);
});

test('storage without a unit is bytes, and is not rounded', () => {
  assert.equal(storageSizeIn(element('<capacity>1025</capacity>')), 1025);
  assert.equal(storageSizeIn(element("<capacity unit='G'>2</capacity>")), 2 * 2 ** 30);
});

test('what is no size, or too large to be counted exactly, is none', () => {
  for (const number of ['', '-1', '1.5', '0x10', '1e3', '1 000', 'NaN', '9'.repeat(30)]) {
    assert.equal(parseScaledSize(number, undefined, 'KiB'), undefined, number);
  }
  assert.equal(parseScaledSize('1', 'parsec', 'KiB'), undefined);
  assert.equal(parseScaledSize('9007199254740991', 'KiB', 'KiB'), undefined, 'libvirt: unlimited');
  assert.equal(parseScaledSize('9007199254740991', 'b', 'KiB'), 2 ** 53 - 1);
  assert.equal(parseScaledSize('8', 'P', 'KiB'), undefined);
});
