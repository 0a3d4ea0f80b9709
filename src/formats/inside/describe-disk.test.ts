import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ImageFault } from '#formats/disk/image-fault';
import { volumesOf } from '#formats/guest-disk/volumes-of';
import { describeDisk, describeDisks } from '#formats/inside/describe-disk';
import type { Place } from '#formats/inside/place';
import { memoryBytes } from '../../../test/memory-bytes.js';
import { sharedData } from '../../../test/shared-data.js';

const folder = join(sharedData ?? '', 'images/partitions');
const skip = sharedData !== undefined && existsSync(folder) ? false : 'no shared data';
const unpack = (name: string): Buffer => gunzipSync(readFileSync(join(folder, `${name}.raw.gz`)));

/** A place as one line: depth, name, type. */
const outline = (place: Place, depth = 0): readonly string[] => [
  `${'-'.repeat(depth)}${place.name}: ${place.content?.type ?? place.table?.type ?? '?'}`,
  ...place.inside.flatMap(one => outline(one, depth + 1)),
];

/** Makes a swap area, which is recognised by little. */
function swapInto(disk: Buffer, at: number, pages: number, label: string): void {
  disk.writeUInt32LE(1, at + 1024);
  disk.writeUInt32LE(pages - 1, at + 1028);
  disk.write(label, at + 1052, 'latin1');
  disk.write('SWAPSPACE2', at + 4086, 'latin1');
}

test('a disk, its partitions, volumes and file systems make a tree', { skip }, () => {
  const disk = unpack('lvm-in-gpt');
  swapInto(disk, 2 ** 20 + 2 * 2 ** 20, 20, 'inside');
  const { disks, groups } = describeDisk(memoryBytes(disk));
  const [found] = disks;
  assert.ok(found !== undefined);
  assert.deepEqual(outline(found), ['disk: gpt', '-1: ?', '-2: LVM2_member', '--rootvg/root: swap']);
  assert.equal(found.inside[1]?.inside[0]?.content?.label, 'inside');
  assert.equal(found.inside[1]?.group, 'rootvg');
  assert.deepEqual(
    groups.map(({ group, missing }) => [group.name, missing]),
    [['rootvg', []]],
  );
});

test('volumes over two disks are put together from both; alone it is said what is missing', { skip }, () => {
  const [first, second] = [unpack('lvm-span1'), unpack('lvm-span2')];
  const both = describeDisks([memoryBytes(second), memoryBytes(first)]);
  assert.deepEqual(
    both.disks.map(disk => outline(disk)),
    [['disk: LVM2_member'], ['2:disk: LVM2_member', '-vgspan/span: ?']],
  );
  assert.equal(both.disks[1]?.inside[0]?.bytes?.size, 24 * 2 ** 20);
  const alone = describeDisk(memoryBytes(first));
  assert.match(alone.disks[0]?.inside[0]?.faults[0] ?? '', /physical volume MRXvOJ-.* is not here/);
  assert.equal(alone.groups[0]?.missing.length, 1);
  const twice = describeDisks([memoryBytes(first), memoryBytes(Buffer.from(first)), memoryBytes(second)]);
  assert.match(twice.disks[1]?.faults[0] ?? '', /another device has the same physical volume/);
});

test('the volumes of a guest have the names that its fstab uses', { skip }, () => {
  const disk = unpack('mbr');
  assert.deepEqual(
    volumesOf([memoryBytes(disk)]).map(({ name, partition }) => [name, partition?.uuid]),
    [
      ['disk', undefined],
      ['1', '1234abcd-01'],
    ],
  );
});

test('what is cut off, and what cannot be read, is told', { skip }, () => {
  const disk = unpack('mbr');
  const short = describeDisk(memoryBytes(disk.subarray(0, 4 * 2 ** 20))).disks[0];
  assert.match(short?.inside[0]?.faults.join() ?? '', /the disk ends 1048576 bytes before the partition does/);
  assert.match(short?.inside[0]?.faults.join() ?? '', /ext4 has 4194304 bytes, and there is room for 3145728/);
  const broken = {
    size: 2 ** 30,
    readInto: (): number => {
      throw new ImageFault('malformed', 'an entry leads out of the image', 512);
    },
  };
  assert.deepEqual(describeDisk(broken).disks[0]?.faults, ['an entry leads out of the image (at byte 512)']);
});

test('a mark left over from before is told beside what counts', () => {
  const disk = Buffer.alloc(8 * 2 ** 20);
  swapInto(disk, 0, 2048, 'new');
  disk.write('JFS1', 32768);
  disk.writeUInt32LE(4096, 32768 + 16);
  disk.writeUInt16LE(12, 32768 + 20);
  disk.writeUInt16LE(9, 32768 + 26);
  const [found] = describeDisk(memoryBytes(disk)).disks;
  assert.equal(found?.content?.type, 'swap');
  assert.deepEqual(found?.faults, ['it could be taken for jfs as well: marks of both are there']);
});

test('disks with any bytes changed are described without an error, in time', { skip }, () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (const name of ['lvm-pv', 'lvm-in-gpt', 'mbr-logical', 'gpt', 'mbr']) {
    const disk = unpack(name);
    for (let round = 0; round < 300; round += 1) {
      const changes = Array.from({ length: 1 + random(8) }, () => {
        const at = random(2) === 0 ? random(8192) : 2 ** 20 + random(2 ** 14);
        return [at, disk[at] ?? 0] as const;
      });
      for (const [at] of changes) disk[at] = random(256);
      describeDisk(memoryBytes(random(8) === 0 ? disk.subarray(0, random(disk.length)) : disk));
      for (const [at, byte] of changes) disk[at] = byte;
    }
  }
});
