import assert from 'node:assert/strict';
import test from 'node:test';
import { hugePageNeeds } from '#model/derived/huge-page-need';
import type { DomainConfig } from '#model/domain-config';
import type { MemoryDevice } from '#model/domain-devices';
import type { GuestCell, GuestCpu, HugePageRequest, MemoryBacking, NumaTuning } from '#model/domain-resources';
import { known, unknown } from '#model/known';
import { type Bytes, gib, kib, mib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { sketchConfig, sketchMemory } from '../../../test/sketches.js';

const backing = (pages: readonly HugePageRequest[] | undefined, source?: string): MemoryBacking => ({
  hugepages: pages && { pages },
  nosharepages: false,
  locked: false,
  source,
  access: undefined,
  allocation: undefined,
  discard: false,
});
const page = (size: Bytes, ...nodes: readonly number[]): HugePageRequest => ({
  size,
  nodeset: nodes.length === 0 ? undefined : CpuSet.of(nodes),
});
const cells = (...sizes: readonly Bytes[]): GuestCpu => ({
  mode: undefined,
  match: undefined,
  check: undefined,
  migratable: undefined,
  model: undefined,
  modelFallback: undefined,
  features: [],
  topology: undefined,
  cacheMode: undefined,
  cells: sizes.map((memory, id): GuestCell => ({ id, cpus: undefined, memory, access: undefined })),
});
const device = (parts: Partial<MemoryDevice>): MemoryDevice => ({
  at: { from: 'sketch', value: '' },
  model: 'dimm',
  size: gib(1),
  node: 0,
  pageSize: undefined,
  nodemask: undefined,
  block: undefined,
  requested: undefined,
  current: undefined,
  access: undefined,
  ...parts,
});
const strict = (mode: string, ...nodes: readonly number[]): NumaTuning => ({
  memory: { mode, nodeset: CpuSet.of(nodes), placement: undefined },
  cells: [],
});

const needs = (parts: Partial<DomainConfig>): readonly string[] => {
  const fact = hugePageNeeds(sketchConfig(parts), sketchMemory());
  assert.equal(fact.state, 'known');
  return fact.state !== 'known'
    ? []
    : fact.value.map(
        ({ pages, nodes }) => `${pages.count} of ${pages.size / mib(1)} MiB${nodes ? ` on ${nodes}` : ''}`,
      );
};

test('a guest on normal pages needs none, nor does one of Xen', () => {
  assert.deepEqual(needs({}), []);
  assert.deepEqual(needs({ type: known('xen'), memoryBacking: known(backing([])) }), []);
});

test('the bare element means the default size, rounded up to whole pages', () => {
  assert.deepEqual(needs({ memoryBacking: known(backing([])) }), ['2048 of 2 MiB']);
  assert.deepEqual(needs({ memory: known(kib(4_194_305)), memoryBacking: known(backing([])) }), ['2049 of 2 MiB']);
});

test('a nodeset picks guest cells, an entry without one takes the rest, and a cell that none covers gets normal pages', () => {
  const cpu = known(cells(gib(2), gib(2)));
  assert.deepEqual(needs({ cpu, memoryBacking: known(backing([page(gib(1), 1)])) }), ['2 of 1024 MiB']);
  assert.deepEqual(needs({ cpu, memoryBacking: known(backing([page(gib(1), 1), page(mib(2))])) }), [
    '1024 of 2 MiB',
    '2 of 1024 MiB',
  ]);
});

test('without cells a nodeset of only 0 is none, and another one picks nothing', () => {
  assert.deepEqual(needs({ memoryBacking: known(backing([page(mib(2), 0)])) }), ['2048 of 2 MiB']);
  assert.deepEqual(needs({ memoryBacking: known(backing([page(mib(2), 1)])) }), []);
});

test('“huge” pages of the base size are normal pages', () => {
  assert.deepEqual(needs({ memoryBacking: known(backing([page(kib(4))])) }), []);
});

test('a DIMM without a page size inherits that of its cell, and beside normal memory brings its own', () => {
  const cpu = known(cells(gib(3)));
  const memory = known(gib(4));
  assert.deepEqual(
    needs({ cpu, memory, memoryBacking: known(backing([])), memoryDevices: known([device({ pageSize: undefined })]) }),
    ['1536 of 2 MiB', '512 of 2 MiB'],
  );
  assert.deepEqual(needs({ cpu, memory, memoryDevices: known([device({ pageSize: gib(1) })]) }), ['1 of 1024 MiB']);
});

test('virtio-mem takes what is plugged in, nvdimm lies on a file', () => {
  const memoryDevices = known([
    device({ model: 'virtio-mem', size: gib(8), requested: gib(1) }),
    device({ model: 'nvdimm', size: gib(1) }),
  ]);
  assert.deepEqual(
    needs({ cpu: known(cells(gib(2))), memory: known(gib(11)), memoryBacking: known(backing([])), memoryDevices }),
    ['1024 of 2 MiB', '512 of 2 MiB'],
  );
});

test('strict and restrictive bind to host nodes, preferred and interleave do not, and a cell of its own wins', () => {
  const memoryBacking = known(backing([]));
  assert.deepEqual(needs({ memoryBacking, numatune: known(strict('strict', 0)) }), ['2048 of 2 MiB on 0']);
  assert.deepEqual(needs({ memoryBacking, numatune: known(strict('restrictive', 0, 1)) }), ['2048 of 2 MiB on 0-1']);
  assert.deepEqual(needs({ memoryBacking, numatune: known(strict('preferred', 0)) }), ['2048 of 2 MiB']);
  const own = { ...strict('preferred', 0), cells: [{ cell: 1, mode: 'strict', nodeset: CpuSet.of([1]) }] };
  assert.deepEqual(needs({ memoryBacking, cpu: known(cells(gib(1), gib(1))), numatune: known(own) }), [
    '512 of 2 MiB',
    '512 of 2 MiB on 1',
  ]);
});

test('memfd takes huge pages too, without a mount', () => {
  const fact = hugePageNeeds(sketchConfig({ memoryBacking: known(backing([], 'memfd')) }), sketchMemory());
  assert.deepEqual(fact.state === 'known' && fact.value.map(need => [need.pages.count, need.needsMount]), [
    [2048, false],
  ]);
});

test('what cannot be read is unknown: the backing, and the default size where it is asked for', () => {
  assert.equal(hugePageNeeds(sketchConfig({ memoryBacking: unknown('x') }), sketchMemory()).state, 'unknown');
  const memory = sketchMemory({ defaultHugePageSize: unknown('no /proc/meminfo') });
  assert.equal(hugePageNeeds(sketchConfig({ memoryBacking: known(backing([])) }), memory).state, 'unknown');
  assert.equal(hugePageNeeds(sketchConfig({ memoryBacking: known(backing([page(mib(2))])) }), memory).state, 'known');
});
