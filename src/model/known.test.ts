import assert from 'node:assert/strict';
import test from 'node:test';
import {
  absent,
  allKnown,
  chainKnown,
  firstKnown,
  ifKnown,
  known,
  mapKnown,
  orAbsent,
  sumKnown,
  unknown,
  valueIfKnown,
} from '#model/known';

const from = (name: string) => ({ from: name, value: name });

test('all are needed: unknown wins over absent, absent over known, evidence is joined', () => {
  const both = allKnown({ a: known(1, from('a')), b: known('x', from('b')) });
  assert.ok(both.state === 'known');
  assert.deepEqual(both.value, { a: 1, b: 'x' });
  assert.deepEqual(
    both.evidence.map(item => item.from),
    ['a', 'b'],
  );
  assert.equal(allKnown({ a: absent(from('a')), b: unknown('no right') }).state, 'unknown');
  assert.equal(allKnown({ a: known(1), b: absent(from('b')) }).state, 'absent');
});

test('one of several ways will do', () => {
  assert.equal(valueIfKnown(firstKnown<number>(unknown('x'), absent(from('a')), known(3))), 3);
  assert.equal(firstKnown<number>(unknown('x'), absent(from('a'))).state, 'absent');
  assert.deepEqual(firstKnown<number>(unknown('first'), unknown('second')), { state: 'unknown', reason: 'first' });
});

test('a sum says how much of it is known, and why the rest is not', () => {
  const sum = sumKnown([1, 2, 3], item => (item === 2 ? unknown('no right', 'run as root') : known(item)));
  assert.ok(sum.state === 'known');
  assert.deepEqual(sum.value, {
    sum: 4,
    known: 2,
    of: 3,
    missing: { state: 'unknown', reason: 'no right', remedy: 'run as root' },
  });
});

test('an absent summand counts as nothing and is known', () => {
  const sum = sumKnown([1, 2], item => (item === 2 ? absent(from('swap')) : known(item)));
  assert.ok(sum.state === 'known' && sum.value.sum === 1 && sum.value.known === 2);
});

test('absence becomes a value where the rule judges it; not looking never does', () => {
  assert.deepEqual(orAbsent(absent(from('swap'))), { state: 'known', value: undefined, evidence: [from('swap')] });
  assert.equal(orAbsent(unknown('x')).state, 'unknown');
  assert.equal(ifKnown(unknown('x')).state, 'known');
  assert.equal(mapKnown(unknown('x'), () => 1).state, 'unknown');
  assert.equal(chainKnown(known(1, from('a')), () => unknown('later')).state, 'unknown');
});
