import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseDistances } from '#formats/sys/node-distances';
import { parseInteger, parseWhole } from '#formats/sys/whole-number';

test('a whole number, an integer, and nothing else', () => {
  assert.equal(parseWhole('2048\n'), 2048);
  assert.equal(parseInteger('-10485760\n'), -10485760);
  assert.equal(parseWhole('-1\n'), undefined);
  for (const text of ['', 'x', '1 2', '0x10', '1.5', '9'.repeat(17), '9999999999999999'])
    assert.equal(parseInteger(text), undefined, text);
  fc.assert(fc.property(fc.maxSafeInteger(), number => assert.equal(parseInteger(`${number}\n`), number)));
});

test('distances are a line of numbers', () => {
  assert.deepEqual(parseDistances('10 21\n'), [10, 21]);
  for (const text of ['', '10 x', '10, 21', '10 -1', '1 '.repeat(2000)]) assert.equal(parseDistances(text), undefined);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 64 }), line =>
      assert.deepEqual(parseDistances(`${line.join(' ')}\n`), line),
    ),
  );
});
