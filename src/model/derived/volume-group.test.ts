import assert from 'node:assert/strict';
import test from 'node:test';
import { volumeGroupOf } from '#model/derived/volume-group';

const group = 'a'.repeat(32);
const uuid = `LVM-${group}${'b'.repeat(32)}`;

test('the volume group of a logical volume', () => {
  assert.deepEqual(volumeGroupOf('system-root', uuid), { name: 'system', uuid: group });
  assert.deepEqual(volumeGroupOf('my--vg-my--root', uuid), { name: 'my-vg', uuid: group });
  assert.deepEqual(volumeGroupOf('vg-pool_tdata', `${uuid}-tdata\n`), { name: 'vg', uuid: group });
});

test('other devices have none', () => {
  for (const [name, id] of [
    ['mpatha', 'mpath-360a98000'],
    ['luks-root', 'CRYPT-LUKS2-aaaa-root'],
    ['root', uuid],
    ['', ''],
    ['vg-lv', 'LVM-short'],
  ] as const)
    assert.equal(volumeGroupOf(name, id), undefined, name);
});
