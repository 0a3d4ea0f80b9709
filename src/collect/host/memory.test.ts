import assert from 'node:assert/strict';
import test from 'node:test';
import { hugePages } from '#collect/host/huge-pages';
import { ksm } from '#collect/host/ksm';
import { ksmdLoad } from '#collect/host/ksmd-load';
import { memorySizes } from '#collect/host/memory-sizes';
import { pageSize } from '#collect/host/page-size';
import { pressure } from '#collect/host/pressure';
import { runningThp } from '#collect/host/thp';
import { valueIfKnown } from '#model/known';
import { type SketchedMachine, sourcesFrom } from '../../../test/sources-from.js';

const pool = (path: string, counts: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${path}/${name}_hugepages`, `${count}\n`]));
const huge = '/sys/kernel/mm/hugepages';
const pools = {
  ...pool(`${huge}/hugepages-1048576kB`, { nr: 2, free: 1, resv: 0, surplus: 0, nr_overcommit: 0 }),
  ...pool(`${huge}/hugepages-2048kB`, { nr: 512, free: 100, resv: 20, surplus: 3, nr_overcommit: 64 }),
  ...pool('/sys/devices/system/node/node0/hugepages/hugepages-2048kB', { nr: 500, free: 90, surplus: 3 }),
  ...pool('/sys/devices/system/node/node2/hugepages/hugepages-2048kB', { nr: 12, free: 10, surplus: 0 }),
};

test('pools by size with each node’s share', () => {
  const [small, large] = valueIfKnown(hugePages.read(sourcesFrom({ files: pools }))) ?? [];
  assert.deepEqual(small, {
    pageSize: 2 * 1024 ** 2,
    total: 512,
    free: 100,
    reserved: 20,
    surplus: 3,
    overcommit: 64,
    nodes: [
      { node: 0, total: 500, free: 90, surplus: 3 },
      { node: 2, total: 12, free: 10, surplus: 0 },
    ],
  });
  assert.equal(large?.pageSize, 1024 ** 3);
  assert.deepEqual(large?.nodes, []);
});

test('a kernel without huge pages has no pool; a pool whose counts are not told is unknown', () => {
  assert.deepEqual(valueIfKnown(hugePages.read(sourcesFrom({}))), []);
  assert.equal(hugePages.read(sourcesFrom({ missing: 'not-captured' })).state, 'unknown');
  const broken = { [`${huge}/hugepages-2048kB/nr_hugepages`]: 'many\n' };
  assert.equal(hugePages.read(sourcesFrom({ files: broken })).state, 'unknown');
});

test('all memory in pools: the field, on older kernels the sum over the pools', () => {
  const all = (files: SketchedMachine['files']) => valueIfKnown(memorySizes.hugetlb.read(sourcesFrom({ files })));
  assert.equal(all({ '/proc/meminfo': 'MemTotal: 9 kB\nHugetlb: 4096 kB\n', ...pools }), 4 * 1024 ** 2);
  assert.equal(all({ '/proc/meminfo': 'MemTotal: 9 kB\n', ...pools }), 2 * 1024 ** 3 + 1024 ** 3);
  assert.equal(all({ '/proc/meminfo': 'MemTotal: 9 kB\n' }), 0);
  const unread = memorySizes.hugetlb.read(
    sourcesFrom({ files: { '/proc/meminfo': 'MemTotal: 9 kB\n' }, missing: 'not-captured' }),
  );
  assert.equal(unread.state, 'unknown');
});

test('the sums of meminfo; what a kernel does not tell is unknown, but no huge page size is none', () => {
  const meminfo = { '/proc/meminfo': 'MemTotal: 1024 kB\n' };
  assert.equal(valueIfKnown(memorySizes.total.read(sourcesFrom({ files: meminfo }))), 1024 ** 2);
  assert.equal(memorySizes.available.read(sourcesFrom({ files: meminfo })).state, 'unknown');
  assert.equal(memorySizes.defaultHugePageSize.read(sourcesFrom({ files: meminfo })).state, 'absent');
  assert.equal(
    memorySizes.total.read(sourcesFrom({ files: { '/proc/meminfo': { denied: 'EACCES' } } })).state,
    'unknown',
  );
  assert.equal(memorySizes.total.read(sourcesFrom({})).state, 'unknown');
});

test('without files libvirt tells all memory, except under Xen, where it tells of all domains together', () => {
  const node = { model: 'x86_64', memoryKib: 2048, cpus: 1, mhz: 1, nodes: 1, sockets: 1, cores: 1, threads: 1 };
  const total = (uri: string) =>
    valueIfKnown(memorySizes.total.read(sourcesFrom({ libvirt: { uri, node: { value: node } } })));
  assert.equal(total('qemu+ssh://h/system'), 2 * 1024 ** 2);
  assert.equal(total('xen+ssh://h/system'), undefined);
});

test('the base page size: one on most architectures, on the others measured', () => {
  const size = (machine: SketchedMachine) => valueIfKnown(pageSize.read(sourcesFrom(machine)));
  const arm = { '/proc/sys/kernel/arch': 'aarch64\n' };
  assert.equal(size({ files: { '/proc/sys/kernel/arch': 'x86_64\n' } }), 4096);
  assert.equal(
    size({ files: { ...arm, '/proc/self/smaps': '0-1 r-xp\nSize: 64 kB\nKernelPageSize:       64 kB\n' } }),
    65536,
  );
  const free = (pages: number) => ({
    ...arm,
    '/proc/vmstat': `nr_free_pages ${pages}\n`,
    '/proc/meminfo': 'MemFree: 1024000 kB\n',
  });
  assert.equal(size({ files: free(16100) }), 65536);
  assert.equal(size({ files: free(256900) }), 4096);
  assert.equal(size({ files: free(22000) }), undefined);
  assert.equal(size({ files: free(0), commands: { 'getconf PAGESIZE': '16384\n' } }), 16384);
  assert.equal(pageSize.read(sourcesFrom({ files: arm })).state, 'unknown');
});

const thp = '/sys/kernel/mm/transparent_hugepage';

test('transparent huge pages: the word in brackets, by size since 6.8, absent where the kernel has none', () => {
  const files = { [`${thp}/enabled`]: 'always [madvise] never\n', [`${thp}/defrag`]: 'always defer\n' };
  assert.equal(valueIfKnown(runningThp.enabled.read(sourcesFrom({ files }))), 'madvise');
  assert.equal(runningThp.defrag.read(sourcesFrom({ files })).state, 'unknown');
  assert.equal(runningThp.shmem.read(sourcesFrom({ files })).state, 'absent');
  assert.equal(runningThp.sizes.read(sourcesFrom({ files })).state, 'absent');
  assert.equal(runningThp.enabled.read(sourcesFrom({})).state, 'absent');
  const sizes = {
    ...files,
    [`${thp}/hugepages-64kB/enabled`]: 'always inherit madvise [never]\n',
    [`${thp}/hugepages-16kB/enabled`]: 'always [inherit] madvise never\n',
    [`${thp}/hugepages-8kB/shmem_enabled`]: '[never]\n',
  };
  assert.deepEqual(valueIfKnown(runningThp.sizes.read(sourcesFrom({ files: sizes }))), [
    { size: 16384, enabled: 'inherit' },
    { size: 65536, enabled: 'never' },
  ]);
});

const ksmFiles = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      run: '1',
      pages_to_scan: '100',
      sleep_millisecs: '20',
      pages_shared: '1',
      pages_sharing: '2',
      pages_unshared: '3',
      pages_volatile: '4',
      full_scans: '5',
      ...extra,
    }).map(([name, text]) => [`/sys/kernel/mm/ksm/${name}`, `${text}\n`]),
  );

test('KSM of an old kernel and of a young one; a counter that every kernel has must be there', () => {
  const old = valueIfKnown(ksm.read(sourcesFrom({ files: ksmFiles() })));
  assert.equal(old?.pagesSharing, 2);
  assert.equal(old?.mergeAcrossNodes, undefined);
  const young = {
    advisor_mode: '[none] scan-time',
    general_profit: '-4096',
    ksm_zero_pages: '7',
    smart_scan: '1',
    use_zero_pages: '0',
    merge_across_nodes: '0',
    max_page_sharing: '256',
  };
  const found = valueIfKnown(ksm.read(sourcesFrom({ files: ksmFiles(young) })));
  assert.deepEqual(
    [
      found?.advisorMode,
      found?.generalProfit,
      found?.zeroPages,
      found?.smartScan,
      found?.useZeroPages,
      found?.mergeAcrossNodes,
      found?.maxPageSharing,
    ],
    ['none', -4096, 7, 1, 0, 0, 256],
  );
  assert.equal(ksm.read(sourcesFrom({})).state, 'absent');
  assert.equal(ksm.read(sourcesFrom({ files: ksmFiles({ full_scans: 'x' }) })).state, 'unknown');
  assert.equal(ksm.read(sourcesFrom({ files: { '/sys/kernel/mm/ksm/run': { denied: 'EACCES' } } })).state, 'unknown');
});

test('the load of ksmd shows between two samples', () => {
  const files = (ticks: number) => ({
    '/proc/2/comm': 'kthreadd\n',
    '/proc/61/comm': 'ksmd\n',
    '/proc/61/stat': `61 (ksmd) S 2 0 0 0 -1 0 0 0 0 0 ${ticks} 10 0 0 25 5 1 0 1\n`,
  });
  const load = (later: SketchedMachine['later'], first: SketchedMachine['files'] = files(100)) =>
    ksmdLoad.read(sourcesFrom({ files: first, ...(later === undefined ? {} : { later }) }));
  assert.equal(valueIfKnown(load({ files: files(400), afterMs: 10_000 })), 0.3);
  assert.equal(load(undefined).state, 'unknown');
  assert.equal(load({ files: {}, afterMs: 10_000 }).state, 'unknown');
  assert.equal(load({ files: files(50), afterMs: 10_000 }).state, 'unknown');
  assert.equal(load({ files: files(400), afterMs: 10_000 }, { '/proc/2/comm': 'kthreadd\n' }).state, 'absent');
});

test('pressure: told, off, unread, not understood', () => {
  const state = (files: SketchedMachine['files'], missing: SketchedMachine['missing'] = 'absent') =>
    pressure.memory.read(sourcesFrom({ files: files ?? {}, missing })).state;
  const line = 'some avg10=0.00 avg60=0.00 avg300=1.25 total=0\n';
  assert.equal(state({ '/proc/pressure/memory': line }), 'known');
  assert.equal(state({}), 'absent');
  assert.equal(state({}, 'not-captured'), 'unknown');
  assert.equal(state({ '/proc/pressure/memory': 'none' }), 'unknown');
});
