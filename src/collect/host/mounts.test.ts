import assert from 'node:assert/strict';
import test from 'node:test';
import { mountReadings } from '#collect/host/mounts';
import { roomReading } from '#collect/host/room';
import { mountOf } from '#model/derived/mount-of';
import { gib } from '#units/bytes';
import { sourcesOf } from '../../../test/sources-of.js';

const table = `/dev/a / ext4 rw 0 0
/dev/b /var xfs rw 0 0
/dev/c /var/lib/libvirt/images xfs rw 0 0
/dev/d /var/lib/libvirt/images xfs ro 0 0
`;

test('mounts come from the first table at hand; every machine has some', () => {
  const from = (files: Readonly<Record<string, string>>) => mountReadings.mounts.read(sourcesOf(files));
  const self = from({ '/proc/self/mounts': table });
  assert.equal(self.state === 'known' && self.value.length, 4);
  const mtab = from({ '/etc/mtab': '/dev/a / ext4 rw 0 0\n' });
  assert.equal(mtab.state === 'known' && mtab.evidence[0]?.from, '/etc/mtab');
  assert.equal(from({}).state, 'unknown');
});

test('fstab is absent where there is none', () => {
  assert.equal(mountReadings.fstab.read(sourcesOf({})).state, 'absent');
  const fact = mountReadings.fstab.read(sourcesOf({ '/etc/fstab': 'a b c\n' }));
  assert.deepEqual(fact.state === 'known' && fact.value, [{ line: 1, fields: ['a', 'b', 'c'] }]);
});

test('a path belongs to the nearest mount above it, and of two on one place to the later', () => {
  const fact = mountReadings.mounts.read(sourcesOf({ '/proc/self/mounts': table }));
  const mounts = fact.state === 'known' ? fact.value : [];
  assert.equal(mountOf('/var/lib/libvirt/images/a.qcow2', mounts)?.source, '/dev/d');
  assert.equal(mountOf('/var/lib/libvirt/images-2', mounts)?.source, '/dev/b');
  assert.equal(mountOf('/home', mounts)?.source, '/dev/a');
  assert.equal(mountOf('/home', []), undefined);
});

test('room is asked once a file system', () => {
  const paths = ['/var/lib/libvirt/images', '/var/lib/libvirt/images/a.qcow2', '/home/b.img', '/var/gone'];
  const rooms = {
    '/var/lib/libvirt/images': { size: gib(100), free: gib(25) },
    '/home/b.img': { size: gib(10), free: gib(1) },
  };
  const fact = roomReading(paths).read(sourcesOf({ '/proc/self/mounts': table }, { rooms }));
  assert.deepEqual(fact.state === 'known' && fact.value, [
    { path: '/var/lib/libvirt/images', target: '/var/lib/libvirt/images', type: 'xfs', size: gib(100), free: gib(25) },
    { path: '/home/b.img', target: '/', type: 'ext4', size: gib(10), free: gib(1) },
  ]);
  assert.equal(fact.state === 'known' && fact.evidence[0]?.value, '25 GiB free of 100 GiB');
  assert.equal(roomReading(['/home']).read(sourcesOf({ '/proc/self/mounts': table })).state, 'unknown');
  const none = roomReading([]).read(sourcesOf({ '/proc/self/mounts': table }));
  assert.deepEqual(none.state === 'known' && none.value, []);
});
