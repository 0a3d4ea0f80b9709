import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryEdits } from '#change/recipes/memory-edits';
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
