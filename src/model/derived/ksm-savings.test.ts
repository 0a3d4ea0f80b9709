import assert from 'node:assert/strict';
import test from 'node:test';
import { canUnmerge, ksmProfit, ksmSavings } from '#model/derived/ksm-savings';
import { known, unknown } from '#model/known';
import type { Ksm } from '#model/ksm';
import { gib, kib } from '#units/bytes';
import { sketchMemory } from '../../../test/sketches.js';

const ksm = (parts: Partial<Ksm>): Ksm => ({
  run: 1,
  pagesToScan: 100,
  sleepMs: 20,
  mergeAcrossNodes: 1,
  maxPageSharing: 256,
  pagesShared: 0,
  pagesSharing: 0,
  pagesUnshared: 0,
  pagesVolatile: 0,
  fullScans: 2,
  generalProfit: undefined,
  zeroPages: undefined,
  advisorMode: undefined,
  useZeroPages: undefined,
  smartScan: undefined,
  ...parts,
});

test('savings are shared places and zero pages, of the machine’s page size', () => {
  assert.equal(ksmSavings(ksm({ pagesSharing: 262_144, pagesShared: 1000 }), kib(4)), gib(1));
  assert.equal(ksmSavings(ksm({ pagesSharing: 1, zeroPages: 1 }), kib(64)), kib(128));
});

test('the kernel’s own profit wins; else 64 bytes for each page looked at are taken off', () => {
  const counters = ksm({ pagesSharing: 10, pagesShared: 5, pagesUnshared: 1000, pagesVolatile: 100 });
  assert.equal(ksmProfit(counters, kib(4)), 10 * 4096 - 64 * 1115);
  assert.equal(ksmProfit({ ...counters, generalProfit: -7 }, kib(4)), -7);
});

test('merged pages may be given back only where they fit beside half of the reserve', () => {
  const merged = known(ksm({ pagesSharing: gib(10) / kib(4) }));
  assert.deepEqual(canUnmerge(sketchMemory({ ksm: merged, available: known(gib(12)) })), known(true));
  assert.deepEqual(canUnmerge(sketchMemory({ ksm: merged, available: known(gib(11)) })), known(false));
  assert.equal(canUnmerge(sketchMemory()).state, 'absent');
  assert.equal(canUnmerge(sketchMemory({ ksm: unknown('no right') })).state, 'unknown');
});
