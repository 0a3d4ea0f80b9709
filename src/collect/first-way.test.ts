import assert from 'node:assert/strict';
import test from 'node:test';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { firstWay } from '#collect/first-way';
import { neverAbsent } from '#collect/never-absent';
import { absent, type Known, known, unknown } from '#model/known';

const seen = { from: '/x', value: 'not there' };

test('a way after the first known one is not looked at', () => {
  const later = (): Known<number> => assert.fail('looked at');
  assert.deepEqual(
    firstWay(
      () => unknown('no right'),
      () => known(1),
      later,
    ),
    known(1),
  );
});

test('a way that looked and found nothing settles it', () => {
  assert.deepEqual(
    firstWay<number>(
      () => unknown('a'),
      () => absent(seen),
      () => unknown('b'),
    ),
    absent(seen),
  );
  assert.deepEqual(
    firstWay<number>(
      () => unknown('a'),
      () => unknown('b'),
    ),
    unknown('a'),
  );
});

test('of all ways, absent needs that every one was looked at; else the reason that says what would help is given', () => {
  const later = (): Known<number> => assert.fail('looked at');
  assert.deepEqual(
    firstOfAllWays(
      () => unknown('no right'),
      () => known(1),
      later,
    ),
    known(1),
  );
  assert.deepEqual(
    firstOfAllWays<number>(
      () => absent(seen),
      () => absent(),
    ),
    absent(seen),
  );
  assert.deepEqual(
    firstOfAllWays<number>(
      () => absent(seen),
      () => unknown('a'),
      () => unknown('b', 'c'),
    ),
    unknown('b', 'c'),
  );
  assert.deepEqual(
    firstOfAllWays<number>(
      () => unknown('a'),
      () => unknown('b'),
    ),
    unknown('a'),
  );
});

test('what every machine has is never absent: the reason names what was looked at', () => {
  assert.deepEqual(neverAbsent(absent(seen), 'uname -m'), unknown('/x: not there', 'uname -m'));
  assert.deepEqual(neverAbsent(known(1), 'x'), known(1));
});
