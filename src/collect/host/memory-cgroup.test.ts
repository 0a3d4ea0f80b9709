import assert from 'node:assert/strict';
import test from 'node:test';
import { cgroupSwappiness, cgroupVersion } from '#collect/host/memory-cgroup';
import { valueIfKnown } from '#model/known';
import { type SketchedMachine, sourcesFrom } from '../../../test/sources-from.js';

const root = '/sys/fs/cgroup';
const v2 = { [`${root}/cgroup.controllers`]: 'cpuset cpu io memory pids\n' };
const v1 = { [`${root}/memory/memory.swappiness`]: '60\n' };

const version = (machine: SketchedMachine) => {
  const fact = cgroupVersion.read(sourcesFrom(machine));
  return fact.state === 'known' ? fact.value : fact.state;
};

test('the version is that of the memory controller: 1 in the hybrid mode', () => {
  assert.equal(version({ files: v2 }), 2);
  assert.equal(version({ files: v1 }), 1);
  assert.equal(version({ files: { ...v1, [`${root}/unified/cgroup.controllers`]: 'hugetlb\n' } }), 1);
  assert.equal(version({ files: { [`${root}/cgroup.controllers`]: 'cpu io\n', ...v1 } }), 1);
  assert.equal(
    version({ files: { '/proc/cgroups': '#subsys_name\thierarchy\nmemory\t4\t17\t1\n' }, missing: 'not-captured' }),
    1,
  );
});

test('without any memory controller it is absent, unread it is unknown', () => {
  assert.equal(version({ files: { '/proc/cgroups': 'memory\t0\t1\t0\n' } }), 'absent');
  assert.equal(version({ missing: 'not-captured' }), 'unknown');
});

test('each guest’s own swappiness, one level further down where newer libvirt keeps it', () => {
  const files = {
    ...v1,
    [`${root}/memory/system.slice/memory.swappiness`]: '60\n',
    [`${root}/memory/machine.slice/memory.swappiness`]: '60\n',
    [`${root}/memory/machine.slice/machine-qemu\\x2d1\\x2da.scope/memory.swappiness`]: '60\n',
    [`${root}/memory/machine.slice/machine-qemu\\x2d1\\x2da.scope/libvirt/memory.swappiness`]: '10\n',
    [`${root}/memory/machine/qemu-2-b.libvirt-qemu/memory.swappiness`]: '35\n',
  };
  assert.deepEqual(valueIfKnown(cgroupSwappiness.read(sourcesFrom({ files }))), [
    { cgroup: 'machine/qemu-2-b.libvirt-qemu', swappiness: 35 },
    { cgroup: 'machine.slice/machine-qemu\\x2d1\\x2da.scope/libvirt', swappiness: 10 },
  ]);
  assert.deepEqual(valueIfKnown(cgroupSwappiness.read(sourcesFrom({ files: v1 }))), []);
});

test('on version 2 there is no such thing', () => {
  assert.equal(cgroupSwappiness.read(sourcesFrom({ files: v2 })).state, 'absent');
  assert.equal(cgroupSwappiness.read(sourcesFrom({ missing: 'not-captured' })).state, 'unknown');
});
