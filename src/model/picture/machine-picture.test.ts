import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cpu, NumaNode } from '#model/cpu';
import type { CpuTuning } from '#model/domain-resources';
import type { Guest } from '#model/guest';
import { known, unknown } from '#model/known';
import { machinePicture } from '#model/picture/machine-picture';
import { gib, mib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { guestWithPins, machineOf, sketchCpu, sketchNode } from '../../../test/picture-sketches.js';
import { sketchConfig, sketchGuest, sketchHost, sketchMemory } from '../../../test/sketches.js';

/** Two nodes of two cores of two threads, numbered as Intel does: the second threads come last. */
const cpus: readonly Cpu[] = [0, 1, 2, 3, 4, 5, 6, 7].map(cpu => {
  const core = cpu % 4;
  const socket = core < 2 ? 0 : 1;
  return sketchCpu(cpu, {
    core: core % 2,
    socket,
    node: socket,
    siblings: [core, core + 4],
    packageCpus: socket === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7],
  });
});
const nodes: readonly NumaNode[] = [sketchNode(0, [0, 1, 4, 5], gib(8)), sketchNode(1, [2, 3, 6, 7], gib(8))];

const none: CpuTuning = {
  vcpuPins: [],
  emulatorPin: undefined,
  iothreadPins: [],
  hasRealtimeScheduler: false,
  shares: undefined,
  quota: undefined,
  period: undefined,
};

const drawn = (guests: readonly Guest[], host: Parameters<typeof sketchHost>[0] = {}) =>
  machinePicture(machineOf(sketchHost({ cpus: known(cpus), nodes: known(nodes), ...host }), guests));

test('cores stand in their node, threads in their core, whatever their numbers', () => {
  const picture = drawn([]);
  assert.deepEqual(
    picture.nodes.map(({ id, cores }) => [id, cores.map(({ threads }) => threads.map(({ cpu }) => cpu))]),
    [
      [
        0,
        [
          [0, 4],
          [1, 5],
        ],
      ],
      [
        1,
        [
          [2, 6],
          [3, 7],
        ],
      ],
    ],
  );
  assert.equal(picture.nesting, 'same');
  assert.deepEqual(picture.counts, { packages: 2, nodes: 2, cores: 4, cpus: 8, guests: 0, running: 0 });
});

test('each pinned thread sits on its CPUs, vCPU, emulator and I/O thread alike', () => {
  const picture = drawn([guestWithPins('db01', { 0: '2', 1: '6' }, { emulator: '0,4', iothreads: { 1: '1' } })]);
  const seats = picture.nodes
    .flatMap(({ cores }) => cores.flatMap(({ threads }) => threads))
    .map(({ cpu, seats: here }) => [cpu, here.map(({ role, id }) => `${role} ${id ?? ''}`.trim())]);
  assert.deepEqual(Object.fromEntries(seats), {
    0: ['emulator'],
    4: ['emulator'],
    1: ['iothread 1'],
    5: [],
    2: ['vcpu 0'],
    6: ['vcpu 1'],
    3: [],
    7: [],
  });
});

test('a thread that may use many CPUs has no seat, and one without a pin floats', () => {
  const roaming = sketchGuest('wide', {
    config: sketchConfig({ vcpus: known({ max: 2, current: 2, cpuset: CpuSet.parse('0-5'), placement: 'static' }) }),
  });
  const free = sketchGuest('web', {
    config: sketchConfig({
      vcpus: known({ max: 4, current: 3, cpuset: undefined, placement: undefined }),
      iothreads: known(2),
    }),
  });
  const [web, wide] = drawn([roaming, free]).guests;
  assert.deepEqual(web?.floating, { vcpus: 3, iothreads: 2, hasEmulator: true });
  assert.deepEqual(web?.pinned, []);
  assert.deepEqual(
    wide?.pinned.map(({ role, ids, shownAs }) => [role, ids, shownAs]),
    [
      ['vcpu', [0, 1], 'range'],
      ['emulator', [], 'range'],
    ],
  );
  assert.deepEqual(wide?.floating, { vcpus: 0, iothreads: 0, hasEmulator: false });
});

test('a running guest is drawn by its live definition, one that is off by the stored one', () => {
  const live = guestWithPins('db01', { 0: '3' }).config;
  const guest = { ...guestWithPins('db01', { 0: '2' }), live: known(live) };
  assert.equal(drawn([guest]).guests[0]?.pinned[0]?.cpus.toString(), '3');
  assert.equal(drawn([{ ...guest, state: known('shut-off') }]).guests[0]?.pinned[0]?.cpus.toString(), '2');
});

test('a pin to a CPU that is not online is told', () => {
  const picture = drawn([guestWithPins('batch', { 0: '2,40' })]);
  assert.equal(picture.guests[0]?.pinned[0]?.missing.toString(), '40');
});

test('memory of a node: its pools, and what guests have bound to it alone', () => {
  const memory = sketchMemory({
    hugePages: known([
      {
        pageSize: mib(2),
        total: 512,
        free: 100,
        reserved: 0,
        surplus: 0,
        overcommit: 0,
        nodes: [
          { node: 0, total: 512, free: 100, surplus: 0 },
          { node: 1, total: 0, free: 0, surplus: 0 },
        ],
      },
    ]),
  });
  const bound = sketchGuest('db01', {
    config: sketchConfig({
      memory: known(gib(4)),
      vcpus: known({ max: 1, current: 1, cpuset: undefined, placement: undefined }),
      numatune: known({ memory: { mode: 'strict', nodeset: CpuSet.of([1]), placement: undefined }, cells: [] }),
    }),
  });
  const picture = drawn([bound], { memory });
  assert.deepEqual(
    picture.nodes.map(node => node.memory.pools),
    [[{ pageSize: mib(2), total: 512, free: 100 }], []],
  );
  assert.deepEqual(
    picture.nodes.map(node => node.memory.bound),
    [[], [{ guest: 0, amount: gib(4), pageSize: undefined }]],
  );
});

test('nodes within one package, packages within one node, and books that repeat package numbers are told apart', () => {
  const oneSocket = cpus.map(cpu => ({ ...cpu, socket: 0, packageCpus: CpuSet.parse('0-7') }));
  assert.equal(drawn([], { cpus: known(oneSocket) }).nesting, 'nodes-in-packages');
  const oneNode = cpus.map(cpu => ({ ...cpu, node: 0 }));
  assert.equal(
    drawn([], { cpus: known(oneNode), nodes: known([sketchNode(0, [0, 1, 2, 3, 4, 5, 6, 7], gib(16))]) }).nesting,
    'packages-in-nodes',
  );
  const books = cpus.map(cpu => ({ ...cpu, socket: 0 }));
  assert.deepEqual(
    drawn([], { cpus: known(books) }).packages.map(({ id }) => id),
    [0, 1],
  );
});

test('a machine without NUMA is one node without a number; offline CPUs and isolated ones are told', () => {
  const flat = cpus.map(cpu => ({
    ...cpu,
    node: undefined,
    online: cpu.cpu !== 7,
    siblings: cpu.cpu === 3 ? CpuSet.of([3]) : cpu.siblings,
  }));
  const cpuSets = { ...sketchHost().cpuSets, isolated: known(CpuSet.parse('2-3,7') ?? CpuSet.of([])) };
  const picture = drawn([], {
    cpus: known(flat),
    nodes: known([sketchNode(0, [0, 1, 2, 3, 4, 5, 6], gib(16))]),
    cpuSets,
  });
  assert.deepEqual(
    picture.nodes.map(({ id, cpus: own }) => [id, own.toString()]),
    [[undefined, '0-6']],
  );
  assert.equal(picture.hasNuma, false);
  assert.equal(picture.offline.toString(), '7');
  assert.equal(picture.isolated.toString(), '2-3');
  assert.equal(picture.shared.toString(), '0-1,4-6');
  assert.equal(picture.nodes[0]?.memory.total, gib(16));
});

test('a node of memory alone stands there without cores', () => {
  const picture = drawn([], { nodes: known([...nodes, sketchNode(2, [], gib(64))]) });
  assert.deepEqual(
    picture.nodes.map(({ cores }) => cores.length),
    [2, 2, 0],
  );
  assert.equal(picture.nodes[2]?.memory.total, gib(64));
  assert.equal(picture.nesting, 'same');
});

test('what was not read is said, and the guests are still in the picture', () => {
  const machine = machineOf(sketchHost({ cpus: unknown('only XML was given') }), [guestWithPins('db01', { 0: '2' })]);
  const picture = machinePicture(machine);
  assert.equal(picture.lacking, 'only XML was given');
  assert.deepEqual(picture.nodes, []);
  assert.equal(picture.guests[0]?.pinned[0]?.missing.toString(), '');
  const without = machinePicture({ ...machine, guests: unknown('libvirt did not answer') });
  assert.equal(without.guestsLacking, 'libvirt did not answer');
});

test('a definition of more vCPUs than any guest has is drawn in bounded time', () => {
  const guest = sketchGuest('huge', {
    config: sketchConfig({
      vcpus: known({ max: 2 ** 31, current: 2 ** 31, cpuset: undefined, placement: undefined }),
      cputune: known(none),
    }),
  });
  assert.equal(drawn([guest]).guests[0]?.floating.vcpus, 2 ** 31);
});
