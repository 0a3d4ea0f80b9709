import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { lookAt } from '#formats/inside/look';
import { sliceBytes } from '#formats/inside/slice-bytes';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import { logicalBytes } from '#formats/volume/lvm/logical-bytes';
import { parseGroup } from '#formats/volume/lvm/parse-group';
import { type PvLabel, readPvLabel } from '#formats/volume/lvm/pv-label';
import { type GroupRead, readGroup } from '#formats/volume/lvm/read-group';
import type { VolumeGroup } from '#formats/volume/lvm/volume-group';
import type { ByteSource } from '#units/byte-source';
import { memoryBytes } from './memory-bytes.js';
import { sharedData } from './shared-data.js';

const folder = join(sharedData ?? '', 'images/partitions');
const skip = sharedData !== undefined && existsSync(folder) ? false : 'no shared data';
const unpack = (name: string): Buffer => gunzipSync(readFileSync(join(folder, `${name}.raw.gz`)));

/** Gives the physical volume on a disk, or in its second partition. */
function physicalOf(disk: Buffer): ByteSource {
  const partition = readPartitionTable(lookAt(memoryBytes(disk)))?.partitions[1];
  return partition === undefined ? memoryBytes(disk) : sliceBytes(memoryBytes(disk), partition.start, partition.length);
}

function read(source: ByteSource): GroupRead & { readonly label: PvLabel } {
  const label = readPvLabel(lookAt(source));
  assert.ok(label !== undefined);
  return { label, ...readGroup(lookAt(source), label) };
}

const report = (name: string, kind: 'pv' | 'vg' | 'lv'): readonly Record<string, string>[] => {
  const file: { report: readonly Record<string, readonly Record<string, string>[]>[] } = JSON.parse(
    readFileSync(join(folder, `${name}.${kind}s.json`), 'utf8'),
  );
  return file.report[0]?.[kind] ?? [];
};

for (const [name, disks] of [
  ['lvm-pv', ['lvm-pv']],
  ['lvm-in-gpt', ['lvm-in-gpt']],
  ['lvm-span', ['lvm-span1', 'lvm-span2']],
] as const)
  test(`LVM of ${name} is what vgs, pvs and lvs say, and what vgcfgbackup wrote`, {
    skip: skip || !hasReport(name),
  }, () => {
    for (const disk of disks) {
      const file = existsSync(join(folder, `${disk}.raw.vgs.json`)) ? `${disk}.raw` : name;
      const { group, faults } = read(physicalOf(unpack(disk)));
      assert.ok(group !== undefined);
      assert.deepEqual(faults, []);
      assert.deepEqual(hintless(group), hintless(parseGroup(readFileSync(join(folder, `${file}.vgcfg.txt`), 'utf8'))));
      const [vg] = report(file, 'vg');
      assert.deepEqual(
        [group.name, group.uuid, group.size, group.free, group.extentSize, group.physical.length, group.sequence].map(
          String,
        ),
        ['vg_name', 'vg_uuid', 'vg_size', 'vg_free', 'vg_extent_size', 'pv_count', 'vg_seqno'].map(key => vg?.[key]),
      );
      assert.deepEqual(
        group.logical.map(one => [one.name, one.uuid, String(one.size)]),
        // lvs prints a row for each segment
        [...new Map(report(file, 'lv').map(row => [row['lv_uuid'], row])).values()].map(row => [
          row['lv_name'],
          row['lv_uuid'],
          row['lv_size'],
        ]),
      );
      assert.deepEqual(
        group.physical.map(one => [one.uuid, String(one.start), String(one.extents)]),
        report(file, 'pv').map(row => [row['pv_uuid'], row['pe_start'], row['pv_pe_count']]),
      );
    }
  });

/** Without where its devices were, which is a hint only and differs. */
const hintless = (group: VolumeGroup): VolumeGroup => ({
  ...group,
  physical: group.physical.map(one => ({ ...one, device: undefined })),
});

function hasReport(name: string): boolean {
  return (
    skip === false && (existsSync(join(folder, `${name}.vgs.json`)) || existsSync(join(folder, `${name}.raw.vgs.json`)))
  );
}

test('a volume over two disks is read from both, and from one only where the other is not needed', { skip }, () => {
  const [first, second] = [unpack('lvm-span1'), unpack('lvm-span2')];
  const { group, label } = read(memoryBytes(first));
  assert.ok(group !== undefined);
  const other = read(memoryBytes(second)).label;
  const [volume] = group.logical;
  assert.ok(volume !== undefined);
  // a mark at the last byte of the first segment and the first byte of the second
  first.write('end', 2 ** 20 + 19 * 2 ** 20 - 3);
  second.write('begin', 2 ** 20);
  const devices = new Map([
    [label.uuid, memoryBytes(first)],
    [other.uuid, memoryBytes(second)],
  ]);
  const found = logicalBytes(group, volume, devices);
  assert.ok('bytes' in found);
  const text = Buffer.alloc(8);
  assert.equal(found.bytes.readInto(text, 19 * 2 ** 20 - 3), 8);
  assert.equal(text.toString(), 'endbegin');
  assert.equal(found.bytes.size, 24 * 2 ** 20);
  assert.equal(found.bytes.readInto(text, 24 * 2 ** 20 - 3), 3);
  const alone = logicalBytes(group, volume, new Map([[label.uuid, memoryBytes(first)]]));
  assert.deepEqual(alone, { why: `physical volume ${other.uuid} is not here` });
});

test('stripes go round, mirrors give one side, other kinds are named', () => {
  const group: VolumeGroup = {
    name: 'vg',
    uuid: '',
    sequence: 1,
    extentSize: 8,
    physical: ['a', 'b'].map(name => ({ name, uuid: name, device: undefined, start: 4, extents: 4, isMissing: false })),
    logical: [],
    size: 0,
    free: 0,
    tags: [],
  };
  const devices = new Map([
    ['a', memoryBytes(Buffer.from('....0011445588990000'))],
    ['b', memoryBytes(Buffer.from('....22336677aabb0000'))],
  ]);
  const areas = [
    { name: 'a', extent: 0 },
    { name: 'b', extent: 0 },
  ];
  const segment = { start: 0, count: 3, type: 'striped', stripeSize: 4, areas };
  const textOf = (segments: (typeof segment)[], count: number): string => {
    const size = count * 8;
    const found = logicalBytes(group, { name: 'lv', uuid: '', isVisible: true, size, segments, tags: [] }, devices);
    if ('why' in found) return found.why;
    const bytes = Buffer.alloc(size);
    found.bytes.readInto(bytes, 0);
    return bytes.toString();
  };
  assert.equal(textOf([{ ...segment, count: 2 }], 2), '0011223344556677');
  assert.equal(textOf([{ ...segment, count: 1 }], 1), 'its stripes do not come out even');
  assert.equal(textOf([{ ...segment, count: 1, type: 'raid1', stripeSize: 0 }], 1), '00114455');
  assert.equal(textOf([{ ...segment, type: 'thin', areas: [] }], 1), 'volumes of type thin are named, and not read');
  assert.equal(textOf([{ ...segment, start: 1 }], 1), 'its segments have a gap at extent 0');
});

test('a description that is damaged is named; a newer one counts', { skip }, () => {
  const disk = unpack('lvm-pv');
  const at = disk.lastIndexOf('vg_sys {');
  disk.write('vg_syz', at);
  const { group, faults } = read(memoryBytes(disk));
  assert.equal(group, undefined);
  assert.match(faults[0] ?? '', /the description in the metadata area at byte 4096 has a wrong checksum/);
});
