import assert from 'node:assert/strict';
import test from 'node:test';
import { networkReadings } from '#collect/host/network-interfaces';
import { sourcesOf } from '../../../test/sources-of.js';

const net = '/sys/class/net';

test('interfaces and what they are', () => {
  const fact = networkReadings.networkInterfaces.read(
    sourcesOf({
      [`${net}/lo/mtu`]: '65536\n',
      [`${net}/bonding_masters`]: 'bond0\n',
      [`${net}/eth0/mtu`]: '9000\n',
      [`${net}/eth0/address`]: '52:54:00:00:00:01\n',
      [`${net}/eth0/operstate`]: 'up\n',
      [`${net}/eth0/device/numa_node`]: '1\n',
      [`${net}/eth0/master`]: { link: '../../../virtual/net/br0' },
      [`${net}/br0/bridge/stp_state`]: '0\n',
      [`${net}/br0/operstate`]: 'unknown\n',
      [`${net}/bond0/bonding/mode`]: 'x\n',
      [`${net}/vnet0/tun_flags`]: '0x1002\n',
      [`${net}/vnet0/operstate`]: 'down\n',
      [`${net}/eth0.5/uevent`]: 'DEVTYPE=vlan\nINTERFACE=eth0.5\n',
      [`${net}/dummy0/uevent`]: 'INTERFACE=dummy0\n',
    }),
  );
  assert.equal(fact.state, 'known');
  const interfaces = fact.state === 'known' ? fact.value : [];
  assert.deepEqual(
    interfaces.find(each => each.name === 'eth0'),
    {
      name: 'eth0',
      kind: 'physical',
      mtu: 9000,
      mac: '52:54:00:00:00:01',
      master: 'br0',
      isUp: true,
      node: 1,
    },
  );
  assert.deepEqual(
    interfaces.map(({ name, kind, isUp }) => [name, kind, isUp]),
    [
      ['bond0', 'bond', undefined],
      ['br0', 'bridge', undefined],
      ['dummy0', 'virtual', undefined],
      ['eth0', 'physical', true],
      ['eth0.5', 'vlan', undefined],
      ['vnet0', 'tap', false],
    ],
  );
});

test('none at all, none to be seen', () => {
  const read = networkReadings.networkInterfaces.read;
  assert.equal(read(sourcesOf({})).state, 'absent');
  assert.equal(read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
  assert.equal(read(sourcesOf({ [net]: { denied: 'EACCES' } })).state, 'unknown');
});

test('vhost-net is looked for in /dev, else among the devices of the kernel, and never opened', () => {
  const value = (files: Readonly<Record<string, string>>, missing: 'absent' | 'not-captured' = 'absent') => {
    const fact = networkReadings.vhostNet.read(sourcesOf(files, { missing }));
    return fact.state === 'known' ? fact.value : fact.state;
  };
  assert.equal(value({ '/dev/vhost-net': '' }), true);
  assert.equal(value({ '/dev/null': '' }), false);
  assert.equal(value({ '/sys/class/misc/vhost-net/dev': '10:238\n' }), true);
  assert.equal(value({ '/sys/class/misc/vhost-net/dev': '10:238\n' }, 'not-captured'), true);
  // a part of a machine: what is not in the folder may be on the machine
  assert.equal(value({ '/dev/null': '' }, 'not-captured'), 'unknown');
  assert.equal(value({}, 'not-captured'), 'unknown');
  assert.equal(value({}), 'unknown');
});
