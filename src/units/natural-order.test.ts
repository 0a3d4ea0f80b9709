import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareNaturally } from '#units/natural-order';

test('numbers within names are compared by value', () => {
  assert.deepEqual(['6.10.1', '6.4.0-10', '6.4.0-9', '6.4', '5.14', '6.4.0'].sort(compareNaturally), [
    '5.14',
    '6.4',
    '6.4.0',
    '6.4.0-9',
    '6.4.0-10',
    '6.10.1',
  ]);
});

test('it is an order: antisymmetric, and 0 for equal names', () => {
  const name = fc.string({ maxLength: 20, unit: fc.constantFrom(...'01239.-ab') });
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(Math.sign(compareNaturally(a, b)), -Math.sign(compareNaturally(b, a)) + 0);
      assert.equal(compareNaturally(a, a), 0);
    }),
  );
});
