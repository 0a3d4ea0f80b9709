import assert from 'node:assert/strict';
import test from 'node:test';
import type { Content } from '#formats/inside/content';
import { diskUse } from '#formats/inside/disk-use';
import { growthSteps } from '#formats/inside/growth-steps';
import type { Place } from '#formats/inside/place';
import type { Partition, PartitionTable } from '#formats/partition/partition-table';

const mebibyte = 1024 * 1024;

const place = (more: Partial<Place>): Place => ({
  kind: 'disk',
  name: 'disk',
  size: 100 * mebibyte,
  disk: 0,
  start: undefined,
  partition: undefined,
  logical: undefined,
  content: undefined,
  also: [],
  table: undefined,
  group: undefined,
  faults: [],
  inside: [],
  bytes: undefined,
  ...more,
});

const content = (type: string, more: Partial<Content> = {}): Content => ({ type, usage: 'filesystem', at: 0, ...more });

const partition = (number: number, start: number, length: number, more: Partial<Partition> = {}): Partition => ({
  number,
  start: start * mebibyte,
  length: length * mebibyte,
  type: undefined,
  role: 'primary',
  ...more,
});

const divided = (type: PartitionTable['type'], ...parts: readonly (readonly [Partition, Content?, string?])[]): Place =>
  place({
    table: { type, at: 0, id: undefined, sectorSize: 512, partitions: parts.map(([one]) => one), faults: [] },
    inside: parts.map(([one, what, group]) => place({ kind: 'partition', partition: one, content: what, group })),
  });

test('a partition needs the disk up to its end, and GPT 33 sectors more', () => {
  assert.deepEqual(diskUse(divided('dos', [partition(1, 1, 10), content('ext4')], [partition(2, 40, 20)])), [
    { what: 'partition 2', end: 60 * mebibyte },
    { what: 'partition 1 (ext4)', end: 11 * mebibyte },
  ]);
  assert.deepEqual(diskUse(divided('gpt', [partition(1, 1, 10)])), [
    { what: 'room for the copy of its partition table', end: 11 * mebibyte + 33 * 512 },
    { what: 'partition 1', end: 11 * mebibyte },
  ]);
});

test('a file system says how much it needs; what is encrypted or a member of an array needs all', () => {
  const ends = (...[what]: readonly Content[]): number | undefined => diskUse(place({ content: what }))?.[0]?.end;
  assert.equal(ends(content('ext4', { size: 7 * mebibyte })), 7 * mebibyte);
  assert.equal(ends(content('xfs')), 100 * mebibyte);
  assert.equal(ends(content('LVM2_member', { usage: 'raid', size: 9 * mebibyte })), 9 * mebibyte);
  assert.equal(ends(content('crypto_LUKS', { usage: 'crypto', size: 9 * mebibyte })), 100 * mebibyte);
  assert.equal(ends(content('linux_raid_member', { usage: 'raid', size: 9 * mebibyte })), 100 * mebibyte);
  assert.equal(ends(content('btrfs', { size: 900 * mebibyte })), 100 * mebibyte, 'of several disks: all of this one');
});

test('of what nobody knows nothing is said', () => {
  assert.equal(diskUse(place({})), undefined);
  assert.equal(diskUse(divided('bsd')), undefined);
  assert.equal(growthSteps(place({}), 'vda'), undefined);
});

test('what could be two things needs room for the larger', () => {
  const both = place({ content: content('ext4', { size: mebibyte }), also: [content('xfs', { size: 3 * mebibyte })] });
  assert.equal(diskUse(both)?.[0]?.end, 3 * mebibyte);
});

test('a guest grows the last partition, those around it, and what stands in it', () => {
  const steps = (disk: Place, device = 'vda'): string | undefined => growthSteps(disk, device)?.join('; ');
  assert.equal(
    steps(divided('gpt', [partition(1, 1, 10), content('vfat')], [partition(2, 11, 10), content('xfs')])),
    'growpart /dev/vda 2; xfs_growfs MOUNTPOINT',
  );
  // by place, not by number
  assert.equal(
    steps(divided('gpt', [partition(1, 60, 10), content('ext4')], [partition(2, 11, 10), content('xfs')]), 'nvme0n1'),
    'growpart /dev/nvme0n1 1; resize2fs /dev/nvme0n1p1',
  );
  assert.equal(
    steps(
      divided(
        'dos',
        [partition(1, 1, 10), content('ext4')],
        [partition(2, 11, 50, { role: 'extended' })],
        [partition(5, 12, 49, { role: 'logical' }), content('LVM2_member', { usage: 'raid' }), 'vg0'],
      ),
    ),
    'growpart /dev/vda 2; growpart /dev/vda 5; pvresize /dev/vda5; lvextend --resizefs -l +100%FREE vg0/VOLUME',
  );
  assert.match(steps(divided('dos', [partition(1, 1, 10), content('swap')])) ?? '', /^swapoff \/dev\/vda1; delete/);
  assert.equal(steps(place({ content: content('btrfs') })), 'btrfs filesystem resize max MOUNTPOINT');
});
