import assert from 'node:assert/strict';
import test from 'node:test';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { gib } from '#units/bytes';
import { knownValue, reasonOf } from '../../test/domain-facts.js';
import { answersOf, sourcesOf } from '../../test/libvirt-answers.js';
import { recordingTree, undeclared } from '../../test/touched-paths.js';

const nat = "<network><name>default</name><uuid>u1</uuid><forward mode='nat'/><bridge name='virbr0'/></network>";
const pool = "<pool type='dir'><name>images</name><uuid>u2</uuid><target><path>/images</path></target></pool>";

test('networks as libvirt tells them; a broken definition leaves the rest', () => {
  const answers = answersOf({
    networks: {
      value: [
        { name: 'default', uuid: 'u1', active: true, autostart: { value: true }, xml: { value: nat } },
        {
          name: 'alone',
          uuid: 'u3',
          active: false,
          autostart: { error: 'no' },
          xml: { value: '<network><name>alone</name></network>' },
        },
        { name: 'broken', uuid: 'u4', active: false, autostart: { value: false }, xml: { value: '<network>' } },
      ],
    },
  });
  const [first, alone, broken] = knownValue(networks.read(sourcesOf({}, answers)));
  assert.ok(first && alone && broken);
  assert.deepEqual(
    [
      first.name,
      first.uuid,
      knownValue(first.isActive),
      knownValue(first.autostart),
      knownValue(first.forward),
      knownValue(first.bridge),
    ],
    ['default', 'u1', true, true, 'nat', 'virbr0'],
  );
  assert.deepEqual(
    [knownValue(alone.forward), alone.bridge.state, reasonOf(alone.autostart)],
    ['none', 'absent', 'no'],
  );
  assert.match(reasonOf(broken.forward), /^virNetworkGetXMLDesc broken:1:/);
});

test('pools as libvirt tells them, sizes of the active ones', () => {
  const info = { value: { capacity: gib(100), allocation: gib(40), available: gib(60) } };
  const answers = answersOf({
    pools: {
      value: [
        { name: 'images', uuid: 'u2', active: true, xml: { value: pool }, info, volumes: { value: [] } },
        { name: 'off', uuid: 'u5', active: false, xml: { error: 'gone' }, info, volumes: { value: [] } },
      ],
    },
  });
  assert.deepEqual(knownValue(pools.read(sourcesOf({}, answers))), [
    {
      name: 'images',
      uuid: 'u2',
      type: 'dir',
      isActive: true,
      capacity: gib(100),
      allocation: gib(40),
      available: gib(60),
      path: '/images',
    },
    {
      name: 'off',
      uuid: 'u5',
      type: 'unknown',
      isActive: false,
      capacity: undefined,
      allocation: undefined,
      available: undefined,
      path: undefined,
    },
  ]);
});

test('without libvirt, its own files define networks and pools', () => {
  const sources = sourcesOf({
    '/etc/libvirt/qemu/networks/default.xml': nat,
    '/etc/libvirt/qemu/networks/autostart/default.xml': '-> ../default.xml',
    '/run/libvirt/network/default.xml': '<networkstatus/>',
    '/etc/libvirt/storage/images.xml': pool,
  });
  const [network] = knownValue(networks.read(sources));
  assert.ok(network);
  assert.deepEqual(
    [network.name, knownValue(network.isActive), knownValue(network.autostart), knownValue(network.bridge)],
    ['default', true, true, 'virbr0'],
  );
  assert.deepEqual(
    knownValue(pools.read(sources)).map(({ name, isActive, path }) => [name, isActive, path]),
    [['images', false, '/images']],
  );
});

test('what cannot be seen is unknown, and only what is declared is looked at', () => {
  const files = { '/etc/libvirt/qemu/networks/a.xml': nat, '/etc/libvirt/storage/a.xml': pool };
  const part = sourcesOf(files, undefined, 'not-captured');
  const [network] = knownValue(networks.read(part));
  assert.match(reasonOf(network?.isActive ?? assert.fail()), /was not read/);
  assert.match(reasonOf(pools.read(part)), /not captured|no libvirt/);
  for (const reading of [networks, pools]) {
    const { tree, touched } = recordingTree(sourcesOf(files).files);
    reading.read({ ...sourcesOf(files), files: tree });
    assert.ok(touched.length > 1);
    assert.deepEqual(undeclared(reading, touched), []);
  }
});
