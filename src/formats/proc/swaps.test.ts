import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseSwaps } from '#formats/proc/swaps';
import { hostileText } from '../../../test/hostile-text.js';

const heading = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

test('areas with their sizes in bytes, blanks in names put back', () => {
  assert.deepEqual(
    parseSwaps(
      `${heading}/dev/sda2                               partition\t8388604\t\t512\t\t-2\n/my\\040swap file 1024 0 5\n`,
    ),
    [
      { path: '/dev/sda2', kind: 'partition', size: 8388604 * 1024, used: 512 * 1024, priority: -2 },
      { path: '/my swap', kind: 'file', size: 1024 * 1024, used: 0, priority: 5 },
    ],
  );
});

test('no area is an answer; another text is none', () => {
  assert.deepEqual(parseSwaps(heading), []);
  for (const text of ['', 'nonsense', `${heading}/dev/sda2 partition many 0 -2\n`, `${heading}/dev/sda2 tape 1 0 -2\n`])
    assert.equal(parseSwaps(text), undefined);
  fc.assert(
    fc.property(
      hostileText(heading, '/dev/sda', 'partition', 'file', '\\040'),
      text => void parseSwaps(heading + text),
    ),
  );
});
