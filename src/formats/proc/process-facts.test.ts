import assert from 'node:assert/strict';
import test from 'node:test';
import { nodeAmounts } from '#formats/proc/numa-stat';
import { parseQemuCommand } from '#formats/proc/qemu-process';
import { parseStartTicks } from '#formats/proc/task-stat';
import { uptimeSeconds } from '#formats/proc/uptime';

test('memory by node: cgroup v2 counts anon and shmem, v1 the whole hierarchy, hugetlb its total', () => {
  const v2 = 'anon N0=100 N1=20\nfile N0=999 N1=999\nshmem N0=5 N1=0\ninactive_anon N0=7 N1=7\n';
  assert.deepEqual(
    nodeAmounts(v2),
    new Map([
      [0, 105],
      [1, 20],
    ]),
  );
  const v1 = 'total=9 N0=9\nanon=1 N0=1\nhierarchical_total=30 N0=20 N1=10\nhierarchical_anon=12 N0=8 N1=4\n';
  assert.deepEqual(
    nodeAmounts(v1),
    new Map([
      [0, 8],
      [1, 4],
    ]),
  );
  assert.deepEqual(
    nodeAmounts('total=4194304 N0=4194304 N1=0\n'),
    new Map([
      [0, 4194304],
      [1, 0],
    ]),
  );
  for (const nonsense of ['', 'anon', 'anon N0=x', 'total N0=1']) assert.equal(nodeAmounts(nonsense), undefined);
});

test('when a process started, and how long the machine is up', () => {
  const stat = `4711 (qemu) (x) S 1 ${'0 '.repeat(17)}98765 0 0`;
  assert.equal(parseStartTicks(stat), 98765);
  assert.equal(parseStartTicks('4711 (qemu) S 1'), undefined);
  assert.equal(uptimeSeconds('12345.67 9.00\n'), 12345.67);
  assert.equal(uptimeSeconds('up'), undefined);
});

test('what a command line of QEMU is for', () => {
  const of = (...args: readonly string[]) => parseQemuCommand(['/usr/bin/qemu-system-x86_64', ...args]);
  assert.deepEqual(of('-name', 'guest=g1,debug-threads=on', '-machine', 'pc'), {
    program: 'qemu-system-x86_64',
    guest: 'g1',
    purpose: 'guest',
  });
  assert.deepEqual(of('-machine', 'none,accel=kvm:tcg')?.purpose, 'probe');
  assert.deepEqual(of('-xen-domid', '3')?.purpose, 'xen');
  assert.deepEqual(of('-drive', 'file=/tmp/libguestfsAb/overlay1')?.purpose, 'guestfs');
  assert.equal(of()?.guest, undefined);
  for (const other of [[], ['/usr/bin/qemu-nbd'], ['qemu-storage-daemon']])
    assert.equal(parseQemuCommand(other), undefined);
});
