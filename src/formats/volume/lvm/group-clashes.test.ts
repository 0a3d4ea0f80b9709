import assert from 'node:assert/strict';
import test from 'node:test';
import { groupClashes, groupOfMapped } from '#formats/volume/lvm/group-clashes';

const uuid = 'IsyCis-MHqb-w7jT-upGq-2id6-JWeH-Wzjpvg';
const other = 'LRA1Vc-ElHg-Pm4c-A1h9-UC9A-RkA3-cf4BED';

test('a group of an image clashes by its UUID or its name', () => {
  const inside = [{ name: 'system', uuid }];
  assert.deepEqual(groupClashes(inside, [{ name: 'other', uuid: other }]), []);
  assert.deepEqual(groupClashes(inside, [{ name: 'system', uuid: other }]), [
    { name: 'system', uuid, kind: 'same-name' },
  ]);
  assert.deepEqual(groupClashes(inside, [{ name: 'x', uuid: uuid.replaceAll('-', '') }]), [
    { name: 'system', uuid, kind: 'same-uuid' },
  ]);
});

test('the group of a mapped device is known by its name and UUID', () => {
  const mapped = `LVM-${uuid.replaceAll('-', '')}${other.replaceAll('-', '')}`;
  assert.deepEqual(groupOfMapped('vg--a-root', mapped), { name: 'vg-a', uuid });
  assert.deepEqual(groupOfMapped('vg-root--old-real', `${mapped}-real`), { name: 'vg', uuid });
  assert.equal(groupOfMapped('luks-home', 'CRYPT-LUKS2-aa'), undefined);
});
