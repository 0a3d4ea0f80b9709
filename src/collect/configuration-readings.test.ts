import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { configurationReadings } from '#collect/configuration-readings';
import { listReadings } from '#collect/reading';
import type { Sources } from '#collect/sources';
import type { FileTree } from '#transport/file-tree';
import { localTree } from '#transport/local-tree';
import { sourcesOf } from '../../test/sources-of.js';
import { recordingTree, undeclared } from '../../test/touched-paths.js';

const readings = listReadings(configurationReadings);
const overTree = (tree: FileTree): Sources => ({ ...sourcesOf({}), files: tree });

test('every reading says what it is and how it is read', () => {
  for (const { fact, reading } of readings) {
    assert.ok(reading.says.length > 0, fact);
    assert.ok(reading.ways.length > 0, fact);
  }
});

test('where nothing was captured nothing is known and nothing is absent', () => {
  const sources = sourcesOf({}, { missing: 'not-captured' });
  for (const { fact, reading } of readings) assert.equal(reading.read(sources).state, 'unknown', fact);
});

test('where nothing may be read nothing is known and nothing is absent', () => {
  const denied = { outcome: 'denied', reason: 'EACCES' } as const;
  const sources = overTree({ read: () => denied, list: () => denied, link: () => denied, room: () => denied });
  for (const { fact, reading } of readings) {
    const result = reading.read(sources);
    assert.equal(result.state, 'unknown', `${fact} ${JSON.stringify(result)}`);
  }
});

test('an empty machine has lists without anything in them, or facts that are absent; only libvirt, commands and what every machine has stay unknown', () => {
  const unknowns = readings.flatMap(({ fact, reading }) =>
    reading.read(sourcesOf({})).state === 'unknown' ? [fact] : [],
  );
  assert.deepEqual(unknowns, [
    'kernel.config',
    'kernel.balancingScan',
    'libvirt.uri',
    'libvirt.instance',
    'libvirt.capabilities',
    'libvirt.domainCapabilities',
    'mounts',
    'vhostNet',
  ]);
});

test('what a file holds is never shown without its secrets masked', () => {
  const secret = 'geheim1234';
  const sources = sourcesOf({
    '/etc/fstab': `//nas/vm /vm cifs username=a,password=${secret} 0 0\n`,
    '/proc/self/mounts': `//nas/vm /vm cifs rw,password=${secret} 0 0\n`,
    '/proc/cmdline': `quiet rd.iscsi.password=${secret} inst.passwd=${secret}`,
    '/etc/default/grub': `GRUB_CMDLINE_LINUX="rd.iscsi.password=${secret}"\n`,
    '/etc/libvirt/qemu.conf': `vnc_password = "${secret}"\nspice_password = "${secret}"\nmax_files = 1024\n`,
  });
  for (const { fact, reading } of readings) {
    const text = JSON.stringify(reading.read(sources), (_, value: unknown) =>
      value instanceof Map ? [...value] : value,
    );
    assert.ok(!text.includes(secret), `${fact}: ${text}`);
  }
});

test('each reading touches only what its ways name, on this machine and on an empty one', () => {
  for (const tree of [localTree('/', { missing: 'absent' }), sourcesOf({}).files]) {
    for (const { fact, reading } of readings) {
      const recording = recordingTree(tree);
      reading.read(overTree(recording.tree));
      assert.deepEqual(undeclared(reading, recording.touched), [], fact);
    }
  }
});

test('no reading fails on a machine whose files are nonsense', () => {
  const names = ['sda', 'a.conf', 'b.rules', 'tuned.service', 'multi-user.target.wants', 'x.cfg', 'kvm', '..', ''];
  const text = fc.string({ maxLength: 120, unit: fc.constantFrom(...'=[]{}"\'\\$%#:;/ \n\t-+,ab01') });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const tree: FileTree = {
        read: path => ({ outcome: 'ok', value: path.length % 2 === 0 ? one : other }),
        list: () => ({ outcome: 'ok', value: names }),
        link: path => (path.length % 3 === 0 ? { outcome: 'ok', value: one } : { outcome: 'absent' }),
        room: () => ({ outcome: 'absent' }),
      };
      const sources: Sources = {
        ...sourcesOf({}, { libvirt: { capabilities: { value: one }, domainCapabilities: { value: [other] } } }),
        files: tree,
      };
      for (const { reading } of readings) reading.read(sources);
    }),
    { numRuns: 60 },
  );
});

test('the calls that are named are calls of libvirt', () => {
  for (const { reading } of readings) {
    for (const way of reading.ways) if ('call' in way) assert.match(way.call, /^vir(?:Connect|Node|Domain)[A-Z]\w+$/);
  }
});
