import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { configurationReadings } from '#collect/configuration-readings';
import { cpuAndMemoryReadings } from '#collect/host-readings';
import { listReadings } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { unknown } from '#model/known';
import type { FileTree } from '#transport/file-tree';
import { localTree } from '#transport/local-tree';
import { hostileText } from '../../test/hostile-text.js';
import { sourcesFrom } from '../../test/sources-from.js';
import { recordingTree, undeclared } from '../../test/touched-paths.js';

const { kernel, tuned } = configurationReadings;
const readings = listReadings(cpuAndMemoryReadings({ kernel, tuned }));

test('every reading says what it is and how it is read', () => {
  for (const { fact, reading } of readings) {
    assert.ok(reading.says.length > 0, fact);
    assert.ok(reading.ways.length > 0, fact);
  }
});

test('where nothing was captured, and where nothing may be read, nothing is known and nothing is absent', () => {
  const denied = { outcome: 'denied', reason: 'EACCES' } as const;
  const closed: FileTree = { read: () => denied, list: () => denied, link: () => denied, room: () => denied };
  for (const sources of [sourcesFrom({ missing: 'not-captured' }), { ...sourcesFrom({}), files: closed }])
    for (const { fact, reading } of readings) assert.equal(reading.read(sources).state, 'unknown', fact);
});

test('on an empty machine, what a machine need not have is absent or none, what each has is unknown', () => {
  const states = Object.fromEntries(readings.map(({ fact, reading }) => [fact, reading.read(sourcesFrom({})).state]));
  const having = (state: string): readonly string[] => Object.keys(states).filter(fact => states[fact] === state);
  assert.deepEqual(having('known'), ['hypervisor', 'memory.hugetlb', 'memory.hugePages', 'memory.swaps']);
  assert.deepEqual(having('absent'), [
    'distribution',
    'memory.defaultHugePageSize',
    'memory.thp.enabled',
    'memory.thp.defrag',
    'memory.thp.shmem',
    'memory.thp.sizes',
    'memory.ksm',
    'memory.cgroupSwappiness',
    'memory.cgroupVersion',
    'kernel.pressure.cpu',
    'kernel.pressure.memory',
    'kernel.pressure.io',
  ]);
});

test('each touches only what its ways name, on this machine and on an empty one', () => {
  for (const files of [localTree('/', { missing: 'absent' }), sourcesFrom({}).files])
    for (const { fact, reading } of readings) {
      const { tree, touched } = recordingTree(files);
      const later = { files: tree, libvirt: unknown('not asked'), afterMs: 1000 };
      reading.read({ ...sourcesFrom({}), files: tree, later });
      assert.deepEqual(undeclared(reading, touched), [], fact);
    }
});

test('none fails on a machine whose files are nonsense', () => {
  const names = [
    'cpu0',
    'cpu99999',
    'cpu',
    'node3',
    'hugepages-2048kB',
    'hugepages-99999999999999kB',
    '1',
    '61',
    'machine.slice',
    '..',
    '',
  ];
  const text = hostileText(
    '0-3',
    '-1',
    '[madvise]',
    'MemTotal:',
    ' kB',
    'processor',
    'flags',
    'control_d',
    'Filename',
    '/dev/sda',
    'ksmd',
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      const tree: FileTree = {
        read: path => ({ outcome: 'ok', value: path.length % 2 === 0 ? one : other }),
        list: () => ({ outcome: 'ok', value: names }),
        link: path => (path.length % 3 === 0 ? { outcome: 'ok', value: one } : { outcome: 'absent' }),
        room: () => ({ outcome: 'absent' }),
      };
      const libvirt = {
        hostname: { value: one },
        capabilities: { value: other },
        hypervisorVersion: { value: -1 },
        libvirtVersion: { value: Number.NaN },
        node: {
          value: { model: one, memoryKib: Number.NaN, cpus: -1, mhz: 0, nodes: 0, sockets: 0, cores: 0, threads: 0 },
        },
      };
      const base = sourcesFrom({ libvirt });
      const sources: Sources = { ...base, files: tree, later: { files: tree, libvirt: base.libvirt, afterMs: 0 } };
      for (const { reading } of readings) reading.read(sources);
    }),
    { numRuns: 60 },
  );
});

test('the calls that are named are calls of libvirt', () => {
  for (const { reading } of readings)
    for (const way of reading.ways) if ('call' in way) assert.match(way.call, /^vir(?:Connect|Node|Domain)[A-Z]\w+$/);
});
