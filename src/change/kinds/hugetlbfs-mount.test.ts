import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { mountHugetlbfs } from '#change/kinds/hugetlbfs-mount';
import { parseUnitFile } from '#formats/conf/unit-file';
import { gib, mib } from '#units/bytes';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const none = 'not mounted';
const both = 'mounted now and at boot';
const mounts = {
  '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nhugetlbfs /dev/hugepages hugetlbfs rw,pagesize=2M 0 0\n',
};
const unit = '/etc/systemd/system/dev-hugepages1G.mount';

test('pages of a size are mounted now and at boot, and taken down again', () => {
  holdsEveryWay({ files: mounts }, mountHugetlbfs(gib(1), none, both));
  const machine = new SimulatedMachine({ files: mounts });
  assert.ok(machine.make(mountHugetlbfs(gib(1), none, both)));
  assert.match(machine.text('/proc/self/mounts') ?? '', /^hugetlbfs \/dev\/hugepages1G hugetlbfs .*pagesize=1G/m);
  const lines = parseUnitFile(machine.text(unit) ?? '');
  assert.ok(lines.length > 8);
});

test('pages of the default size have the place that systemd would mount them on', () => {
  const change = mountHugetlbfs(undefined, none, both);
  assert.equal(change.on, '/dev/hugepages');
  const files = { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\n' };
  holdsEveryWay({ files }, change);
  const machine = new SimulatedMachine({ files });
  assert.ok(machine.make(change));
  assert.doesNotMatch(machine.text('/etc/systemd/system/dev-hugepages.mount') ?? '', /pagesize/);
  assert.equal(new SimulatedMachine({ files: mounts }).state(change), 'mounted now');
});

test('the kernel’s own way to print a size is the same size', () => {
  const text = `${mounts['/proc/self/mounts']}hugetlbfs /dev/hugepages1G hugetlbfs rw,relatime,pagesize=1024M 0 0\n`;
  const change = mountHugetlbfs(gib(1), none, both);
  const machine = new SimulatedMachine({ files: { '/proc/self/mounts': text } });
  assert.equal(machine.state(change), 'mounted now');
  assert.ok(machine.make(change));
  // another size at that place is another thing
  assert.deepEqual(machine.state(mountHugetlbfs(mib(2), none, both)), none);
});

test('a unit file of somebody else is left alone', () => {
  const change = mountHugetlbfs(gib(1), none, both);
  const machine = new SimulatedMachine({ files: { ...mounts, [unit]: '[Mount]\nWhere=/dev/hugepages1G\n' } });
  assert.match(kindOf(change).obstacle(change, machine.observe(change)) ?? '', /is there and not ours/);
});
