import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseTaskTicks } from '#formats/proc/task-stat';
import { hostileText } from '../../../test/hostile-text.js';

test('user and system time are added, whatever the name of the task holds', () => {
  const after = 'S 2 0 0 0 -1 2129984 0 0 0 0 120 34 0 0 25 5 1 0 30 0 0';
  for (const name of ['ksmd', 'a b', 'x) S 1 (y', '']) assert.equal(parseTaskTicks(`55 (${name}) ${after}\n`), 154);
  assert.equal(parseTaskTicks('55 (ksmd) S 2 0'), undefined);
  assert.equal(parseTaskTicks(''), undefined);
  fc.assert(fc.property(hostileText('ksmd', 'S', '1 '), text => void parseTaskTicks(text)));
});
