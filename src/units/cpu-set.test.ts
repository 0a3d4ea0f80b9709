import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CpuSet } from '#units/cpu-set';

test('lists of the kernel and of libvirt are read', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['0-3,8', '0-3,8'],
    ['0-7,^2', '0-1,3-7'],
    [' 5 ', '5'],
    ['', ''],
    ['3,1,2', '1-3'],
    ['0-15:2/4', '0-1,4-5,8-9,12-13'],
  ];
  for (const [text, printed] of cases) assert.equal(CpuSet.parse(text)?.toString(), printed, text);
});

test('what is no list is refused', () => {
  for (const text of ['a', '3-1', '0-99999', '1,,2', '-1', '0-4294967295', '1-2-3', '0x1', '0-7:0/0'])
    assert.equal(CpuSet.parse(text), undefined, text);
});

test('a list that names the same range again and again is refused at once', () => {
  assert.equal(CpuSet.parse(Array(300).fill('0-65535').join(',')), undefined);
  assert.equal(CpuSet.parse('0-65535')?.size, 65_536);
});

test('masks are read highest word first', () => {
  assert.equal(CpuSet.parseMask('00000000,0000000f')?.toString(), '0-3');
  assert.equal(CpuSet.parseMask('1,00000000')?.toString(), '32');
  assert.equal(CpuSet.parseMask('xyz'), undefined);
});

test('a printed set reads back as itself, and the operations agree with those on sets', () => {
  const ids = fc.array(fc.nat(300), { maxLength: 60 });
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const [left, right] = [CpuSet.of(a), CpuSet.of(b)];
      assert.ok(CpuSet.parse(left.toString())?.equals(left));
      for (const id of b) assert.equal(left.has(id), a.includes(id));
      assert.deepEqual(
        [...left.union(right)],
        [...new Set([...a, ...b])].sort((x, y) => x - y),
      );
      assert.deepEqual(
        [...left.intersect(right)],
        [...left].filter(id => b.includes(id)),
      );
      assert.deepEqual(
        [...left.minus(right)],
        [...left].filter(id => !b.includes(id)),
      );
      assert.equal(
        left.isSubsetOf(right),
        a.every(id => b.includes(id)),
      );
    }),
  );
});
