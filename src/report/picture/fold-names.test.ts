import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { foldNames } from '#report/picture/fold-names';

test('names that count up become a range, two stay two, and what is left over is counted', () => {
  assert.equal(foldNames(['web2', 'web1', 'web3', 'db']), 'db, web1–web3');
  assert.equal(foldNames(['web1', 'web2']), 'web1, web2');
  assert.equal(foldNames(['web9', 'web10', 'web11']), 'web9–web11');
  assert.equal(foldNames(['vm-08', 'vm-09', 'vm-10']), 'vm-08–vm-10');
  assert.equal(foldNames(['a', 'b', 'c', 'd'], 2), 'a, b, 2 more');
  assert.equal(foldNames(['a1b', 'a2b', 'a3c']), 'a1b, a2b, a3c');
  assert.equal(foldNames([]), '');
});

test('no name is lost: ranges and the rest add up', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-c][0-9]{1,2}$/)),
      fc.integer({ min: 1, max: 5 }),
      (names, most) => {
        const text = foldNames(names, most);
        const total = text === '' ? 0 : text.split(', ').reduce((sum, part) => sum + countOf(part), 0);
        assert.equal(total, names.length);
      },
    ),
  );
});

function countOf(part: string): number {
  const more = /^(\d+) more$/.exec(part)?.[1];
  if (more !== undefined) return Number(more);
  const [first = '', last] = part.split('–');
  return last === undefined ? 1 : Number(last.slice(1)) - Number(first.slice(1)) + 1;
}
