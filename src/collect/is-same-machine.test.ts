import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleSources } from '#cli/examples/example-sources';
import { isSameMachine } from '#collect/is-same-machine';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { memoryTree } from '#transport/memory-tree';

const { files, libvirt } = exampleSources({ name: 'reference', expect: 'good' });
const answers = (more: Partial<LibvirtAnswers> = {}): LibvirtAnswers => {
  assert.ok(!('state' in libvirt));
  return { ...libvirt, ...more };
};

test('a local libvirt that reports the same memory is of the machine whose files are at hand', () => {
  assert.equal(isSameMachine(answers(), files, undefined), true);
  assert.equal(isSameMachine(answers({ uri: 'qemu:///session' }), files, 'qemu:///session'), true);
});

test('a remote one, the test driver and a socket that was named are other places', () => {
  for (const uri of ['qemu+ssh://root@node9/system', 'qemu://node9/system', 'test:///default', 'esx://vc/']) {
    assert.match(String(isSameMachine(answers({ uri }), files, uri)), /not at hand/, uri);
  }
  assert.match(String(isSameMachine(answers(), files, 'qemu:///system?socket=/tmp/s')), /not at hand/);
});

test('one that reports another amount of memory is another machine', () => {
  const node = {
    value: { model: 'x86_64', memoryKib: 1024, cpus: 1, mhz: 1, nodes: 1, sockets: 1, cores: 1, threads: 1 },
  };
  assert.match(String(isSameMachine(answers({ node }), files, undefined)), /another amount of memory/);
});

test('memory that is plugged in may be in /proc/meminfo before it is in the nodes, which libvirt adds up', () => {
  assert.ok(!('state' in libvirt) && 'value' in libvirt.node);
  const node = { value: { ...libvirt.node.value, memoryKib: 6 * 1024 ** 2 } };
  const plugged = memoryTree(
    new Map([
      ['/proc/meminfo', { kind: 'file', text: `MemTotal: ${8 * 1024 ** 2} kB\n` }],
      ['/sys/devices/system/node/node0/meminfo', { kind: 'file', text: `Node 0 MemTotal: ${4 * 1024 ** 2} kB\n` }],
      ['/sys/devices/system/node/node1/meminfo', { kind: 'file', text: `Node 1 MemTotal: ${2 * 1024 ** 2} kB\n` }],
    ]),
    'absent',
  );
  assert.equal(isSameMachine(answers({ node }), plugged, undefined), true);
});
