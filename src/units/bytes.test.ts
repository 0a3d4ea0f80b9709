import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bytes, gib, kib, lessBytes, mib, printBytes, sumBytes } from '#units/bytes';

test('a count of bytes is whole, not negative and exact', () => {
  for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => bytes(wrong), RangeError);
  assert.equal(gib(4), 4 * 1024 ** 3);
  assert.equal(kib(1), 1024);
});

test('sizes print in binary units, short', () => {
  assert.deepEqual([bytes(512), kib(4), mib(2), mib(1536), gib(64), gib(1024)].map(printBytes), [
    '512 bytes',
    '4 KiB',
    '2 MiB',
    '1.5 GiB',
    '64 GiB',
    '1 TiB',
  ]);
});

test('what is taken away never goes below nothing', () => {
  assert.equal(lessBytes(mib(1), gib(1)), 0);
  assert.equal(sumBytes([]), 0);
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (a, b) => {
      assert.equal(lessBytes(sumBytes([bytes(a), bytes(b)]), bytes(b)), a);
    }),
  );
});
