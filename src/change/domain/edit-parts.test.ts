import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { editParts } from '#change/domain/edit-parts';
import { XmlEditError } from '#formats/xml/xml-edit';

const guest = `<domain type='kvm'>
  <!-- ours -->
  <name>web01</name>
  <memory unit='GiB'>4</memory>
  <vcpu placement="static">2</vcpu>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <memballoon model='virtio'/>
  </devices>
</domain>
`;

const edit = (path: string, content: string | undefined, xml = guest): string =>
  editParts(xml, [{ path, content }], 'web01');

/** The lines that are new, without the white space before them. */
const newLines = (xml: string): readonly string[] => {
  const old = new Set(guest.split('\n'));
  return xml
    .split('\n')
    .filter(line => !old.has(line))
    .map(line => line.trim());
};

test('a part changes what it names and not a byte besides', () => {
  assert.equal(edit('vcpu', '4'), guest.replace('>2<', '>4<'));
  const disk = "devices/disk[target/@dev='vda']/driver/@cache";
  assert.equal(edit(disk, 'none'), guest.replace("type='qcow2'/>", "type='qcow2' cache='none'/>"));
  assert.equal(edit('@type', 'qemu'), guest.replace("type='kvm'", "type='qemu'"));
  assert.equal(edit('vcpu/@current', undefined), guest);
});

test('sizes are in KiB: a unit that says otherwise is written anew', () => {
  assert.equal(edit('memory', '2097152'), guest.replace("unit='GiB'>4<", "unit='KiB'>2097152<"));
});

test('parents that are missing are made where libvirt puts them, and go again with what they held', () => {
  const locked = edit('memoryBacking/locked', '<locked/>');
  assert.deepEqual(newLines(locked), ['<memoryBacking>', '<locked/>', '</memoryBacking>']);
  assert.ok(locked.indexOf('<memoryBacking>') < locked.indexOf('<vcpu'));
  assert.ok(locked.indexOf('<memoryBacking>') > locked.indexOf('<memory '));
  assert.equal(edit('memoryBacking/locked', undefined, locked), guest);

  const pin = "cputune/vcpupin[@vcpu='1']/@cpuset";
  const pinned = edit(pin, '4-5');
  assert.deepEqual(newLines(pinned), ['<cputune>', "<vcpupin vcpu='1' cpuset='4-5'/>", '</cputune>']);
  assert.equal(edit(pin, undefined, pinned), guest);

  const both = edit("cputune/vcpupin[@vcpu='0']/@cpuset", '4', pinned);
  assert.equal(edit("cputune/vcpupin[@vcpu='0']/@cpuset", undefined, both), pinned);
});

test('a device that loses its last word stays a device', () => {
  const none = edit('devices/memballoon/@model', undefined);
  assert.ok(none.includes('<memballoon/>'));
});

test('an element stands in the place of another, or goes', () => {
  const rng = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>";
  const added = edit('devices/rng', rng);
  assert.deepEqual(newLines(added), [
    "<rng model='virtio'>",
    "<backend model='random'>/dev/urandom</backend>",
    '</rng>',
  ]);
  assert.ok(added.indexOf('<rng') > added.indexOf('<memballoon'));
  assert.equal(edit('devices/rng', undefined, added), guest);
  const second = edit('devices/rng[2]', rng, added);
  assert.equal(second.split('<rng').length, 3);
  assert.equal(edit('devices/rng[2]', undefined, second), added);
});

const refused = (path: string, content: string | undefined, xml?: string): string => {
  try {
    edit(path, content, xml);
  } catch (error) {
    if (error instanceof XmlEditError) return error.code;
    throw error;
  }
  return 'done';
};

test('what has no place, or two, is refused', () => {
  assert.equal(refused("devices/disk[target/@dev='vdb']/driver/@cache", 'none'), 'no-such-place');
  assert.equal(refused('devices/rng[3]', '<rng/>'), 'no-such-place');
  const two = edit('devices/rng[2]', '<rng/>', edit('devices/rng', '<rng/>'));
  assert.equal(refused('devices/rng/rate', '<rate/>', two), 'ambiguous-place');
  assert.equal(refused('memoryBacking', '<memoryBacking>'), 'malformed-xml');
});

test('a mask is never written in the place of a secret', () => {
  assert.equal(refused('devices/graphics', "<graphics type='vnc' passwd='‹secret›'/>"), 'changed');
});

test('whatever is added and taken away again leaves the text as it was', () => {
  const parts = [
    { path: 'memoryBacking/nosharepages', content: '<nosharepages/>' },
    { path: 'memoryBacking/locked', content: '<locked/>' },
    { path: 'cputune/emulatorpin/@cpuset', content: '0' },
    { path: "cputune/vcpupin[@vcpu='0']/@cpuset", content: '2' },
    { path: "cputune/vcpupin[@vcpu='1']/@cpuset", content: '3' },
    { path: 'memtune/hard_limit', content: '5000000' },
    { path: 'features/kvm/hint-dedicated/@state', content: 'on' },
    { path: 'features/acpi', content: '<acpi/>' },
    { path: 'iothreads', content: '2' },
    { path: "devices/disk[target/@dev='vda']/driver/@io", content: 'native' },
    { path: 'devices/memballoon/stats/@period', content: '5' },
    { path: 'devices/rng', content: "<rng model='virtio'/>" },
    { path: "devices/channel[target/@name='x']", content: "<channel type='unix'><target name='x'/></channel>" },
    { path: 'cpu/@mode', content: 'host-model' },
    { path: "cpu/feature[@name='invtsc']", content: "<feature policy='require' name='invtsc'/>" },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: 1 }), some => {
      const edited = editParts(guest, some, 'web01');
      const none = some.map(({ path }) => ({ path, content: undefined }));
      assert.equal(editParts(edited, none, 'web01'), guest);
      assert.equal(editParts(edited, some, 'web01'), edited);
    }),
  );
});
