import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { mib } from '#units/bytes';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const counts = (folder: string, total: number, free: number, surplus: number): Readonly<Record<string, string>> => ({
  [`${folder}/hugepages/hugepages-2048kB/nr_hugepages`]: `${total}\n`,
  [`${folder}/hugepages/hugepages-2048kB/free_hugepages`]: `${free}\n`,
  [`${folder}/hugepages/hugepages-2048kB/surplus_hugepages`]: `${surplus}\n`,
});
const meminfo = (
  total: number,
  free: number,
  surplus: number,
  available: number,
): Readonly<Record<string, string>> => ({
  '/proc/meminfo': `MemAvailable:   ${available} kB\nHugePages_Total:   ${total}\nHugePages_Free:   ${free}\nHugePages_Surp:   ${surplus}\nHugepagesize:       2048 kB\n`,
  '/proc/sys/vm/nr_hugepages': `${total - surplus}\n`,
});
const whole = (total: number, free: number, surplus = 0, available = 8_000_000) => ({
  ...counts('/sys/kernel/mm', total, free, surplus),
  ...meminfo(total, free, surplus, available),
});

test('a pool grows and shrinks, and comes back', () => {
  for (const [before, after] of [
    [0, 512],
    [512, 0],
    [100, 300],
  ] as const)
    holdsEveryWay({ files: whole(before, before) }, setHugePagePool(mib(2), undefined, before, after));
});

test('surplus pages are not counted, and pages in use become surplus', () => {
  holdsEveryWay({ files: whole(10, 0, 4) }, setHugePagePool(mib(2), undefined, 6, 8));
  const machine = new SimulatedMachine({ files: whole(10, 4) });
  const change = setHugePagePool(mib(2), undefined, 10, 2);
  assert.ok(machine.make(change));
  // as Linux 6.18 did it
  assert.equal(machine.text('/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'), '6\n');
  assert.equal(machine.text('/sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages'), '4\n');
  assert.equal(machine.text('/proc/sys/vm/nr_hugepages'), '2\n');
  holdsEveryWay({ files: whole(10, 4) }, change);
});

test('a kernel that gives fewer shows how many', () => {
  const machine = new SimulatedMachine({ files: whole(0, 0, 0, 100 * 2048) });
  const change = setHugePagePool(mib(2), undefined, 0, 512);
  assert.equal(machine.make(change), false);
  assert.equal(machine.state(change), 100);
  assert.ok(machine.make(setHugePagePool(mib(2), undefined, 512, 0)));
  assert.deepEqual([...machine.files.changed()], []);
});

test('a pool of one node leaves the others alone', () => {
  const nodes = ['node0', 'node1'].map(node => `/sys/devices/system/node/${node}`);
  const files = {
    ...whole(20, 20),
    ...Object.assign({}, ...nodes.map(node => counts(node, 10, 10, 0))),
  };
  const change = setHugePagePool(mib(2), 1, 10, 30);
  holdsEveryWay({ files }, change);
  const machine = new SimulatedMachine({ files });
  assert.ok(machine.make(change));
  assert.equal(machine.text(`${nodes[0]}/hugepages/hugepages-2048kB/nr_hugepages`), '10\n');
  assert.equal(machine.text('/proc/sys/vm/nr_hugepages'), '40\n');
});

test('a size that the kernel has not is an obstacle', () => {
  const change = setHugePagePool(mib(1024), undefined, 0, 1);
  const machine = new SimulatedMachine({ files: whole(0, 0) });
  assert.match(kindOf(change).obstacle(change, machine.observe(change)) ?? '', /no such pool/);
});
