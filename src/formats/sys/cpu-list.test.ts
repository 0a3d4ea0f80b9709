import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseCpuList, parseCpuMask } from '#formats/sys/cpu-list';
import { CpuSet } from '#units/cpu-set';
import { hostileText } from '../../../test/hostile-text.js';

const sets = fc.uniqueArray(fc.nat({ max: 8191 }), { maxLength: 300 }).map(ids => CpuSet.of(ids));

test('every set is read back from its list', () => {
  fc.assert(fc.property(sets, set => assert.equal(parseCpuList(`${set}\n`)?.toString(), set.toString())));
});

test('none is written as nothing, as (null), or as a lone zero byte', () => {
  for (const text of ['', '\n', '  (null)\n', '\n\0\n']) assert.equal(parseCpuList(text)?.size, 0);
});

test('what no kernel writes is refused, and quickly', () => {
  const before = performance.now();
  for (const text of ['-', '3-1', '1,1', '5,0-3', 'a', '0-70000', '0-65535,'.repeat(100_000), '0-3,'])
    assert.equal(parseCpuList(text), undefined, text.slice(0, 20));
  assert.ok(performance.now() - before < 30_000);
  fc.assert(fc.property(hostileText('0-3', '(null)', 'ff'), text => void parseCpuList(text)));
});

test('masks name the same CPUs as lists', () => {
  assert.equal(parseCpuMask('00000000,000aaaa0\n')?.toString(), '5,7,9,11,13,15,17,19');
  assert.equal(parseCpuMask('1fff,ffffffff\n')?.toString(), '0-44');
  assert.equal(parseCpuMask('ff\0')?.toString(), '0-7');
  assert.equal(parseCpuMask('xyz'), undefined);
});
