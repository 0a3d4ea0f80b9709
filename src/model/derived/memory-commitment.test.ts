import assert from 'node:assert/strict';
import test from 'node:test';
import { isOvercommitted, memoryCommitment } from '#model/derived/memory-commitment';
import type { Guest } from '#model/guest';
import { known, unknown } from '#model/known';
import { gib, mib } from '#units/bytes';
import { sketchConfig, sketchGuest, sketchHost, sketchMemory } from '../../../test/sketches.js';

const guest = (name: string, size: number, parts: Partial<Guest> = {}): Guest =>
  sketchGuest(name, { config: sketchConfig({ memory: known(gib(size)) }), ...parts });

test('guests that run or start with the host count, with what QEMU takes beside them', () => {
  const off = guest('off', 100, { state: known('shut-off') });
  const starts = guest('starts', 10, { state: known('shut-off'), autostart: known(true) });
  const fact = memoryCommitment(sketchHost(), known([guest('runs', 20), off, starts]));
  assert.equal(fact.state, 'known');
  if (fact.state !== 'known') return;
  const overhead = 2 * mib(256) + Math.floor(gib(20) * 0.002) + Math.floor(gib(10) * 0.002);
  assert.equal(fact.value.demand, gib(30) + overhead);
  assert.ok(!isOvercommitted(fact.value));
});

test('pools and the reserve are no capacity, and guests in pools are no demand but for their overhead', () => {
  const pages = { pages: [] };
  const backing = {
    hugepages: pages,
    nosharepages: false,
    locked: false,
    source: undefined,
    access: undefined,
    allocation: undefined,
    discard: false,
  };
  const config = sketchConfig({ memory: known(gib(8)), memoryBacking: known(backing) });
  const fact = memoryCommitment(
    sketchHost({ memory: sketchMemory({ hugetlb: known(gib(8)) }) }),
    known([sketchGuest('db', { config })]),
  );
  assert.ok(fact.state === 'known' && fact.value.demand < gib(1));
  assert.ok(fact.state === 'known' && fact.value.capacity < gib(64) - gib(8) - gib(3));
});

test('one guest that cannot be read leaves a lower bound', () => {
  const broken = sketchGuest('x', { config: sketchConfig({ memory: unknown('not understood') }) });
  const fact = memoryCommitment(sketchHost(), known([guest('a', 80), broken]));
  assert.ok(fact.state === 'known' && isOvercommitted(fact.value));
  assert.deepEqual(fact.state === 'known' && [fact.value.known, fact.value.of], [1, 2]);
});
