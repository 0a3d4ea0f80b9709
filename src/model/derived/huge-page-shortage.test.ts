import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { HugePageNeed } from '#model/derived/huge-page-need';
import { hugePageShortages, isBeyondReach } from '#model/derived/huge-page-shortage';
import type { HugePagePool } from '#model/memory';
import { mib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { pages } from '#units/pages';

const need = (count: number, ...nodes: readonly number[]): HugePageNeed => ({
  pages: pages(count, mib(2)),
  nodes: nodes.length === 0 ? undefined : CpuSet.of(nodes),
  needsMount: true,
});
const pool = (nodes: readonly number[], overcommit = 0): HugePagePool => ({
  pageSize: mib(2),
  total: nodes.reduce((sum, count) => sum + count, 0),
  free: 0,
  reserved: 0,
  surplus: 0,
  overcommit,
  nodes: nodes.map((total, node) => ({ node, total, free: 0, surplus: 0 })),
});
const print = (given: HugePagePool, needs: readonly HugePageNeed[], others = 0): readonly string[] =>
  hugePageShortages(given, needs, others).map(
    short => `${short.nodes ?? 'all'}: ${short.needed}/${short.reserved}${isBeyondReach(short) ? '!' : ''}`,
  );

test('a pool that holds all is short nowhere', () => {
  assert.deepEqual(print(pool([100, 100]), [need(100, 0), need(50, 1), need(50)]), []);
});

test('a node may be short though the pool is not', () => {
  assert.deepEqual(print(pool([100, 100]), [need(150, 0)]), ['0: 150/100!']);
});

test('two sets share a node: each fits, together they do not', () => {
  assert.deepEqual(print(pool([100, 100, 100]), [need(150, 0, 1), need(120, 1, 2), need(60, 0, 2)]), ['all: 330/300!']);
  assert.deepEqual(print(pool([100, 100, 900]), [need(150, 0, 1), need(80, 0)]), ['0-1: 230/200!']);
});

test('a union is not named beside the node that explains it, nor is the pool', () => {
  assert.deepEqual(print(pool([100, 100]), [need(150, 0), need(90, 1)]), ['0: 150/100!']);
});

test('overcommit makes a shortage one of luck, surplus pages are no reserve, and pages of others count', () => {
  assert.deepEqual(print(pool([100], 50), [need(140)]), ['all: 140/100']);
  assert.deepEqual(print({ ...pool([100]), surplus: 20 }, [need(90)]), ['all: 90/80!']);
  assert.deepEqual(print(pool([100]), [need(90)], 20), ['all: 110/100!']);
});

test('overcommit is shared by the nodes', () => {
  assert.deepEqual(print(pool([100, 100], 60), [need(150, 0), need(150, 1)]), [
    'all: 300/200!',
    '0: 150/100',
    '1: 150/100',
  ]);
});

test('nothing short means that the needs can be placed (checked by giving each need its nodes)', () => {
  const someNeed = fc.record({ count: fc.integer({ min: 1, max: 6 }), nodes: fc.subarray([0, 1, 2]) });
  fc.assert(
    fc.property(
      fc.array(someNeed, { maxLength: 3 }),
      fc.array(fc.nat({ max: 8 }), { minLength: 3, maxLength: 3 }),
      (given, sizes) => {
        const needs = given.map(({ count, nodes }) => need(count, ...nodes));
        assert.equal(hugePageShortages(pool(sizes), needs, 0).length === 0, canPlace(needs, sizes));
      },
    ),
  );
});

/** Tries every way to give pages one by one. */
function canPlace(needs: readonly HugePageNeed[], free: readonly number[]): boolean {
  const [first, ...rest] = needs;
  if (first === undefined) return true;
  const nodes = first.nodes === undefined ? [0, 1, 2] : [...first.nodes];
  const give = (left: number, at: number, now: readonly number[]): boolean => {
    if (left === 0) return canPlace(rest, now);
    const node = nodes[at];
    if (node === undefined) return false;
    const most = Math.min(left, now[node] ?? 0);
    for (let count = most; count >= 0; count--)
      if (give(left - count, at + 1, now.with(node, (now[node] ?? 0) - count))) return true;
    return false;
  };
  return give(first.pages.count, 0, free);
}
