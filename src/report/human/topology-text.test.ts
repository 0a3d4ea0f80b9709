import assert from 'node:assert/strict';
import test from 'node:test';
import { known } from '#model/known';
import { machinePicture } from '#model/picture/machine-picture';
import { columnsOf } from '#report/human/core-grid';
import { terminalStyle } from '#report/human/style';
import { topologyText } from '#report/human/topology-text';
import { gib } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { gridOfCpus, guestWithPins, machineOf } from '../../../test/picture-sketches.js';
import { sketchConfig, sketchGuest, sketchHost } from '../../../test/sketches.js';

const style = terminalStyle(false, 80);

function drawn(
  shape: readonly [number, number, number],
  guests: Parameters<typeof machineOf>[1],
  columns: number,
  how: 'folded' | 'all' = 'folded',
) {
  const { cpus, nodes } = gridOfCpus(...shape, gib(64));
  const host = sketchHost({ name: known('node7'), cpus: known(cpus), nodes: known(nodes) });
  return topologyText(machinePicture(machineOf(host, guests)), style, columns, how);
}

test('two nodes with a pinned guest are drawn box by box', () => {
  const text = drawn([2, 2, 2], [guestWithPins('db01', { 0: '1', 1: '5' }, { emulator: '0,4' })], 80);
  assert.equal(
    text,
    `host node7 · 2 packages, 2 NUMA nodes, 4 cores, 8 CPUs, 64 GiB
1 guest (1 running)

node 0 · package 0                       node 1 · package 1
64 GiB, 64 GiB free                      64 GiB, 64 GiB free
┌ core 0 ────┬ core 1 ────┐              ┌─────┬─────┐
│ 0 db01 emu │ 1 db01·0   │              │ 2 6 │ 3 7 │
│ 4 db01 emu │ 5 db01·1   │              └─────┴─────┘
└────────────┴────────────┘

guest·N vCPU N · emu emulator · – nothing pinned
`,
  );
});

test('no line is wider than the terminal, on no shape, with no guests or many', () => {
  const many = Array.from({ length: 1000 }, (_, at) =>
    at % 3 === 0
      ? guestWithPins(
          `a-guest-with-quite-a-long-name-${at}`,
          { 0: `${at % 16}`, 1: `${(at + 1) % 16}` },
          { emulator: '0-3' },
        )
      : sketchGuest(`web${at}`, {
          config: sketchConfig({ vcpus: known({ max: 2, current: 2, cpuset: undefined, placement: undefined }) }),
        }),
  );
  for (const shape of [
    [1, 1, 2],
    [1, 8, 2],
    [4, 4, 2],
    [8, 64, 2],
    [2, 12, 8],
  ] as const)
    for (const guests of [[], many])
      for (const columns of [60, 80, 132, 200])
        for (const how of ['folded', 'all'] as const) {
          const text = drawn(shape, guests, columns, how);
          const wide = text.split('\n').filter(line => columnsOf(line) > columns);
          assert.deepEqual(wide, [], `${shape} ${guests.length} guests, ${columns} columns`);
        }
});

test('a host of 1,024 CPUs fits on a screen or two, and names the CPUs that are folded away', () => {
  const text = drawn([8, 64, 2], [guestWithPins('db01', { 0: '64', 1: '576' })], 80);
  assert.ok(text.split('\n').length < 60, `${text.split('\n').length} lines`);
  assert.match(text, /64 db01·0/);
  assert.match(text, /free 63 cores, CPUs\s+65-127,577-639/);
});

test('guests that float are folded by name and counted; crowded CPUs and absent ones are said', () => {
  const web = Array.from({ length: 11 }, (_, at) =>
    sketchGuest(`web${`${at + 1}`.padStart(2, '0')}`, {
      config: sketchConfig({ vcpus: known({ max: 2, current: 2, cpuset: undefined, placement: undefined }) }),
    }),
  );
  const text = drawn([1, 4, 2], [...web, guestWithPins('a', { 0: '1' }), guestWithPins('b', { 0: '1', 1: '99' })], 100);
  assert.match(text, /floating {6}web01–web11 · 22 vCPUs over 8 CPUs/);
  assert.match(text, /shared +CPU 1: vCPU 0 of a, vCPU 0 of b/);
  assert.match(text, /missing +vCPU 1 of b is pinned to CPU 99, which is not online/);
});

test('a hostile guest name drives no terminal', () => {
  const text = drawn([1, 2, 2], [guestWithPins('\u001b[31mevil\u202e\n', { 0: '1' })], 80);
  assert.equal(text.includes('\u001b') || text.includes('\u202e'), false);
  assert.match(text, /\?\[31mevil/);
});

test('where there is no machine to draw, the reason and the pins stand there', () => {
  const picture = machinePicture(machineOf(sketchHost(), [guestWithPins('db01', { 0: '2', 1: '3' })]));
  const text = topologyText(picture, style, 80, 'folded');
  assert.match(text, /the CPUs cannot be drawn: not in the sketch/);
  assert.match(text, /pinned +db01 vCPU 0 → CPU 2/);
});

test('isolated CPUs are marked', () => {
  const { cpus, nodes } = gridOfCpus(1, 4, 1, gib(8));
  const isolated = known(CpuSet.of([2, 3]));
  const host = sketchHost({ cpus: known(cpus), nodes: known(nodes), cpuSets: { ...sketchHost().cpuSets, isolated } });
  const text = topologyText(machinePicture(machineOf(host, [])), style, 80, 'folded');
  assert.match(text, /│ 0 {2}│ 1 {2}│ 2i │ 3i │/);
  assert.match(text, /isolated {6}CPUs 2-3/);
});
