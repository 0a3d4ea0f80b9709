import assert from 'node:assert/strict';
import test from 'node:test';
import { normalPageGuests } from '#model/derived/normal-page-guests';
import { sharedMemoryGuests } from '#model/derived/shared-memory-guests';
import type { MemoryBacking } from '#model/domain-resources';
import type { Guest } from '#model/guest';
import { known, unknown } from '#model/known';
import type { Mount } from '#model/mount';
import { sketchConfig, sketchGuest, sketchHost, sketchMemory } from '../../../test/sketches.js';

const backed = (name: string, parts: Partial<MemoryBacking>): Guest =>
  sketchGuest(name, {
    config: sketchConfig({
      memoryBacking: known({
        hugepages: undefined,
        nosharepages: false,
        locked: false,
        source: undefined,
        access: undefined,
        allocation: undefined,
        discard: false,
        ...parts,
      }),
    }),
  });
const guests = [
  sketchGuest('private'),
  sketchGuest('off', { state: known('shut-off') }),
  backed('huge', { hugepages: { pages: [] } }),
  backed('memfd', { source: 'memfd' }),
  backed('file', { source: 'file' }),
  backed('shared', { access: 'shared' }),
  sketchGuest('odd', { config: sketchConfig({ memoryBacking: unknown('not read') }) }),
];

test('private memory on normal pages follows the switch for private memory', () => {
  const fact = normalPageGuests(known(guests), sketchMemory());
  assert.ok(fact.state === 'known');
  assert.deepEqual(
    fact.value.guests.map(({ name }) => name),
    ['private', 'file'],
  );
  assert.equal(fact.value.missing?.reason, 'not read');
});

test('memfd follows shmem_enabled, shared memory without it the file system of its file', () => {
  const mount = (target: string, type: string): Mount => ({ source: type, target, type, options: new Map() });
  const host = sketchHost({ mounts: known([mount('/', 'ext4'), mount('/var/lib/libvirt/qemu/ram', 'tmpfs')]) });
  const fact = sharedMemoryGuests(host, known(guests));
  assert.ok(fact.state === 'known');
  assert.deepEqual(fact.value.guests, [
    { guest: 'memfd', by: 'memfd' },
    { guest: 'file', by: 'file' },
    { guest: 'shared', by: 'file' },
  ]);
  assert.equal(fact.value.mount?.type, 'tmpfs');
  const conf = new Map([['memory_backing_dir', { values: ['/data'], isList: false, line: 1 }]]);
  const moved = sharedMemoryGuests({ ...host, libvirt: { ...host.libvirt, qemuConf: known(conf) } }, known(guests));
  assert.equal(moved.state === 'known' && moved.value.mount?.type, 'ext4');
});
