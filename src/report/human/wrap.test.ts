import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';

test('lines are no wider than asked unless one word is', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 60 }), fc.integer({ min: 10, max: 80 }), (text, width) => {
      const lines = wrap(text, width);
      assert.equal(lines.join(' '), text.split(/\s+/).join(' '));
      for (const line of lines) assert.ok(line.length <= width || !line.includes(' '), line);
    }),
  );
});

test('a hostile name cannot drive the terminal', () => {
  assert.equal(printable('db\u001b[2J01\u0007\u202e'), 'db?[2J01??');
});
