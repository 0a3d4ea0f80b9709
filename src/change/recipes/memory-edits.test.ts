import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryAtStart, memoryEdits } from '#change/recipes/memory-edits';
import { mib } from '#units/bytes';

test('current memory follows memory where the balloon held nothing, and is never more', () => {
  assert.deepEqual(memoryEdits({ memory: mib(4), current: mib(4) }, mib(6)), [
    ['memory', '4096', '6144'],
    ['currentMemory', '4096', '6144'],
  ]);
  assert.deepEqual(memoryEdits({ memory: mib(4), current: mib(4) }, mib(3)), [
    ['memory', '4096', '3072'],
    ['currentMemory', '4096', '3072'],
  ]);
  assert.deepEqual(memoryEdits({ memory: mib(4), current: mib(2) }, mib(6)), [['memory', '4096', '6144']]);
  assert.deepEqual(memoryEdits({ memory: mib(4), current: mib(2) }, mib(1)), [
    ['memory', '4096', '1024'],
    ['currentMemory', '2048', '1024'],
  ]);
  assert.deepEqual(memoryEdits({ memory: mib(4), current: mib(2) }, mib(4)), []);
});

test('where a guest has cells, they and its memory devices are its memory', () => {
  assert.equal(memoryAtStart(mib(4), [], [{ size: mib(1) }]), mib(4));
  assert.equal(memoryAtStart(mib(4), [{ memory: mib(3) }, { memory: mib(3) }], [{ size: mib(1) }]), mib(7));
});
