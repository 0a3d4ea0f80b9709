import assert from 'node:assert/strict';
import test from 'node:test';
import { oncePer, oncePerPair } from '#model/once-per';

test('computes once for each object, by identity, also where the answer is undefined', () => {
  let calls = 0;
  const first = oncePer((list: readonly number[]) => {
    calls += 1;
    return list[0];
  });
  const one: readonly number[] = [1];
  const none: readonly number[] = [];
  assert.deepEqual([first(one), first(one), first([1]), first(none), first(none)], [1, 1, 1, undefined, undefined]);
  assert.equal(calls, 3);
});

test('of two objects it computes once for each pair', () => {
  const asked: string[] = [];
  const join = oncePerPair((one: { name: string }, other: { name: string }) => {
    asked.push(one.name + other.name);
    return one.name + other.name;
  });
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  assert.deepEqual([join(a, b), join(b, a), join(a, b), join(a, a)], ['ab', 'ba', 'ab', 'aa']);
  assert.deepEqual(asked, ['ab', 'ba', 'aa']);
});
