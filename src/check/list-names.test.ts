import assert from 'node:assert/strict';
import test from 'node:test';
import { listNames, listWith } from '#check/list-names';

test('long lists are cut and say by how much', () => {
  assert.equal(listNames([]), '');
  assert.equal(listNames(['a', 'b', 'c']), 'a, b, c');
  assert.equal(listNames(['a', 'b', 'c', 'd', 'e']), 'a, b, c and 2 more');
});

test('the verb agrees with the number of names', () => {
  assert.equal(listWith(['db01'], 'needs', 'need'), 'db01 needs');
  assert.equal(listWith(['db01', 'db02'], 'needs', 'need'), 'db01, db02 need');
});
