import assert from 'node:assert/strict';
import test from 'node:test';
import { fuzz } from './fuzz/fuzz.js';
import { seeds } from './fuzz/seeds.js';

// the long run is test/long/image-fuzz.test.ts
test('disk images, mutated at random, are read or refused by name: 2,000 cases', t => {
  const { failures, refused, read, longest } = fuzz(seeds(), 0, 2000);
  t.diagnostic(`${read} parts read, ${refused} refused; the longest case takes ${longest.milliseconds.toFixed(0)} ms`);
  // memory is that of all tests of the process: the long run looks at it
  assert.deepEqual(
    failures.filter(failure => !failure.includes('memory grows')),
    [],
  );
});
