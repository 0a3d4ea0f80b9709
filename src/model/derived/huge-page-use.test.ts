import assert from 'node:assert/strict';
import test from 'node:test';
import {
  committedNeeds,
  countPages,
  guestsOnPages,
  type HugePageUse,
  hugePageUse,
  needsOfGuestsOff,
  pagesOfOthers,
} from '#model/derived/huge-page-use';
import { poolShortages } from '#model/derived/pool-shortage';
import { poolTargets } from '#model/derived/pool-target';
import type { Guest } from '#model/guest';
import { known, unknown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import { gib, mib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { sketchConfig, sketchGuest, sketchMemory } from '../../../test/sketches.js';

const huge = {
  hugepages: { pages: [] },
  nosharepages: false,
  locked: false,
  source: undefined,
  access: undefined,
  allocation: undefined,
  discard: false,
};
const guest = (name: string, size: number, parts: Partial<Guest> = {}, node?: number): Guest =>
  sketchGuest(name, {
    config: sketchConfig({
      memory: known(gib(size)),
      memoryBacking: known(huge),
      ...(node === undefined
        ? {}
        : {
            numatune: known({
              memory: { mode: 'strict', nodeset: CpuSet.of([node]), placement: undefined },
              cells: [],
            }),
          }),
    }),
    ...parts,
  });
const off = { state: known('shut-off' as const) };
const starts = { ...off, autostart: known(true) };
const use = (...guests: readonly Guest[]): HugePageUse => {
  const fact = hugePageUse(known(guests), sketchMemory());
  return fact.state === 'known' ? fact.value : assert.fail();
};
const pool = (node0: number, free0: number, node1 = 0, free1 = node1): HugePagePool => ({
  pageSize: mib(2),
  total: node0 + node1,
  free: free0 + free1,
  reserved: 0,
  surplus: 0,
  overcommit: 0,
  nodes: [
    { node: 0, total: node0, free: free0, surplus: 0 },
    { node: 1, total: node1, free: free1, surplus: 0 },
  ],
});
const tell = (given: HugePagePool, of: HugePageUse): readonly string[] =>
  poolShortages([given], of).map(
    ({ nodes, needed, reserved, others }) => `${nodes ?? 'all'} ${needed}/${reserved} (${others})`,
  );

test('who runs and who starts with the host needs pages; others are only defined', () => {
  const all = use(guest('runs', 1), guest('starts', 2, starts), guest('off', 4, off));
  assert.equal(countPages(committedNeeds(all, mib(2))), 1536);
  assert.equal(countPages(needsOfGuestsOff(all, mib(2), 'committed')), 1024);
  assert.equal(countPages(needsOfGuestsOff(all, mib(2), 'defined')), 3072);
  assert.deepEqual(guestsOnPages(all, mib(2)), ['runs', 'starts', 'off']);
  assert.deepEqual(guestsOnPages(all, gib(1)), []);
});

test('what guests hold is told by what they run with; the rest is held by others', () => {
  const live = known(sketchConfig({ memory: known(gib(1)) }));
  assert.equal(pagesOfOthers(pool(1024, 512), use(guest('runs', 1))), 0);
  assert.equal(pagesOfOthers(pool(1024, 512), use(guest('runs', 1, { live }))), 512);
  assert.equal(pagesOfOthers(pool(1024, 512), use(guest('off', 1, off))), 512);
});

test('a guest that cannot be read is counted, and who holds what is then not claimed', () => {
  const broken = sketchGuest('x', { config: sketchConfig({ memoryBacking: unknown('odd'), memory: known(gib(1)) }) });
  const all = use(guest('runs', 1), broken);
  assert.deepEqual([all.known, all.of, all.missing?.reason], [1, 2, 'odd']);
  assert.equal(pagesOfOthers(pool(2048, 0), all), 0);
});

test('pages of others are needed, too; and a guest may find its node taken though the pool is large enough', () => {
  assert.deepEqual(tell(pool(1024, 512), use(guest('starts', 1.5, starts))), ['all 1280/1024 (512)']);
  assert.deepEqual(tell(pool(512, 0, 512), use(guest('runs', 1), guest('starts', 1, starts, 0))), ['0 512/0 (0)']);
  assert.deepEqual(tell(pool(512, 0, 512), use(guest('runs', 1), guest('starts', 1, starts, 1))), []);
});

test('a pool keeps what is needed, with room for one guest more, and never grows', () => {
  const [target] = poolTargets([pool(4096, 3584)], use(guest('runs', 1), guest('off', 2, off)));
  assert.deepEqual(target && [target.least, target.comfortable, target.idle, target.isBound], [512, 1536, 2560, false]);
  const [tight] = poolTargets([pool(512, 0)], use(guest('runs', 1, {}, 0), guest('off', 4, off)));
  assert.deepEqual(tight && [tight.least, tight.comfortable, tight.idle, tight.isBound], [512, 512, 0, true]);
});
