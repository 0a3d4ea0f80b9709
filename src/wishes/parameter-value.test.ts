import assert from 'node:assert/strict';
import test from 'node:test';
import { parameterValue } from '#wishes/parameter-value';

const read = (written: string | number, unit: string, range?: readonly [number, number]): number | string =>
  parameterValue(written, range === undefined ? { default: 1, unit } : { default: 1, unit, range });

test('a value may be written in other units of the same kind', () => {
  assert.equal(read('2 GiB', 'GiB'), 2);
  assert.equal(read('512MiB', 'GiB'), 0.5);
  assert.equal(read('1 MiB', 'bytes'), 1048576);
  assert.equal(read('10%', 'of MemTotal'), 0.1);
  assert.equal(read('150 %', 'of the memory for guests', [0, 10]), 1.5);
  assert.equal(read('20%', '% of available memory'), 20);
  assert.equal(read('10 s', 'ms'), 10000);
  assert.equal(read('1 h', 's'), 3600);
  assert.equal(read('8 pages', 'pages'), 8);
  assert.equal(read('10', 'vm.swappiness'), 10);
  assert.equal(read(2.5, 'vCPUs a CPU'), 2.5);
});

test('what makes no sense is told', () => {
  for (const [written, unit] of [
    ['2 GB', 'GiB'],
    ['much', 'GiB'],
    ['', 'GiB'],
    ['1e3', 'pages'],
    ['10%', 'GiB'],
    ['1 constructor', 'GiB'],
    [Number.NaN, 'GiB'],
  ] as const)
    assert.match(String(read(written, unit)), /is no value of it/, String(written));
  assert.match(String(read(201, 'vm.swappiness')), /out of its range, 0 to 200/);
  assert.match(String(read(-1, 'GiB')), /out of its range, 0 to 8388608 GiB/);
  assert.match(String(read('101%', '% of time, over 300 s')), /out of its range/);
  assert.match(String(read(1.5, 'threads')), /no whole number/);
});
