import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import { lookAt } from '#formats/inside/look';
import type { PartitionTable } from '#formats/partition/partition-table';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import { memoryBytes } from '../../../test/memory-bytes.js';

const sectors = 4096;

const read = (disk: Buffer): PartitionTable | undefined => readPartitionTable(lookAt(memoryBytes(disk)));
const faults = (disk: Buffer): readonly string[] => read(disk)?.faults.map(fault => fault.kind) ?? [];

/** Writes entries of an MBR, or of a link of the chain, into a sector. */
function writeEntries(
  disk: Buffer,
  sector: number,
  entries: readonly (readonly [type: number, start: number, count: number])[],
): void {
  const at = sector * 512;
  disk.writeUInt16LE(0xaa55, at + 510);
  entries.forEach(([type, start, count], index) => {
    disk.writeUInt8(type, at + 446 + index * 16 + 4);
    disk.writeUInt32LE(start, at + 446 + index * 16 + 8);
    disk.writeUInt32LE(count, at + 446 + index * 16 + 12);
  });
}

/** Writes a header of GPT with one partition; entries stand after it, or before it where it is the copy. */
function writeHeader(disk: Buffer, size: number, own: number, alternate: number, entriesAt: number): void {
  const entries = disk.subarray(entriesAt * size, entriesAt * size + 4 * 128);
  Buffer.from('af3dc60f838472478e793d69d8477de4', 'hex').copy(entries, 0);
  Buffer.from('00112233445566778899aabbccddeeff', 'hex').copy(entries, 16);
  entries.writeBigUInt64LE(40n, 32);
  entries.writeBigUInt64LE(47n, 40);
  entries.write('root', 56, 'utf16le');
  const header = disk.subarray(own * size, own * size + 92);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  header.writeUInt32LE(0, 16);
  header.writeBigUInt64LE(BigInt(own), 24);
  header.writeBigUInt64LE(BigInt(alternate), 32);
  header.writeBigUInt64LE(34n, 40);
  header.writeBigUInt64LE(BigInt(disk.length / size - 34), 48);
  Buffer.from('00000000111142228333444444444444', 'hex').copy(header, 56);
  header.writeBigUInt64LE(BigInt(entriesAt), 72);
  header.writeUInt32LE(4, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(entries), 88);
  header.writeUInt32LE(crc32(header), 16);
}

function gptDisk(size = 512): Buffer {
  const disk = Buffer.alloc(sectors * 512);
  const last = disk.length / size - 1;
  writeEntries(disk, 0, [[0xee, 1, last]]);
  writeHeader(disk, size, 1, last, 2);
  writeHeader(disk, size, last, 1, last - 1);
  return disk;
}

test('GPT is read at sectors of 512 and of 4096 bytes', () => {
  for (const size of [512, 4096]) {
    const table = read(gptDisk(size));
    assert.deepEqual(table?.faults, []);
    assert.equal(table?.sectorSize, size);
    assert.equal(table?.id, '00000000-1111-2242-8333-444444444444');
    assert.deepEqual(
      table?.partitions.map(one => [one.number, one.start, one.length, one.name, one.typeName]),
      [[1, 40 * size, 8 * size, 'root', 'Linux']],
    );
  }
});

test('a damaged header of GPT is named, and the other one counts', () => {
  const first = gptDisk();
  first[512 + 60] = 0;
  first[512 + 61] = 1;
  assert.deepEqual(faults(first), ['primary-damaged']);
  assert.equal(read(first)?.partitions.length, 1);
  const copy = gptDisk();
  copy[copy.length - 512 + 60] = 7;
  assert.deepEqual(faults(copy), ['backup-damaged']);
  const entries = gptDisk();
  entries[1024 + 57] = 7;
  assert.deepEqual(faults(entries), ['primary-damaged']);
  const both = gptDisk();
  both[512 + 60] = 7;
  both[both.length - 512 + 60] = 7;
  assert.deepEqual(faults(both), ['both-damaged']);
  assert.equal(read(both)?.type, 'gpt');
  const grown = Buffer.concat([gptDisk(), Buffer.alloc(1024)]);
  assert.deepEqual(faults(grown), ['protective-mbr', 'backup-misplaced']);
  const cut = gptDisk().subarray(0, -1024);
  assert.deepEqual(faults(cut), ['protective-mbr', 'backup-misplaced', 'backup-damaged']);
});

test('GPT beside partitions of an MBR is hybrid; without protection it is what is left of one', () => {
  const hybrid = gptDisk();
  writeEntries(hybrid, 0, [
    [0xee, 1, 39],
    [0x83, 40, 8],
  ]);
  assert.deepEqual(faults(hybrid), ['hybrid']);
  const old = gptDisk();
  writeEntries(old, 0, [[0x83, 40, 8]]);
  assert.equal(read(old)?.type, 'dos');
  const bare = gptDisk();
  bare.fill(0, 0, 512);
  assert.deepEqual(faults(bare), ['protective-mbr']);
});

test('a chain of logical partitions that comes back to where it was ends', () => {
  const disk = Buffer.alloc(sectors * 512);
  writeEntries(disk, 0, [[0x05, 64, 2048]]);
  writeEntries(disk, 64, [
    [0x83, 8, 8],
    [0x05, 128, 64],
  ]);
  writeEntries(disk, 192, [
    [0x83, 8, 8],
    [0x05, 0, 64],
  ]);
  const table = read(disk);
  assert.deepEqual(faults(disk), ['endless-chain']);
  assert.deepEqual(
    table?.partitions.map(one => [one.number, one.role, one.start / 512]),
    [
      [1, 'extended', 64],
      [5, 'logical', 72],
      [6, 'logical', 200],
    ],
  );
});

test('a chain that leads out of the extended partition, or to no table, is broken', () => {
  const disk = Buffer.alloc(sectors * 512);
  writeEntries(disk, 0, [[0x0f, 64, 256]]);
  writeEntries(disk, 64, [
    [0x83, 8, 8],
    [0x05, 1024, 64],
  ]);
  assert.deepEqual(faults(disk), ['broken-chain']);
  writeEntries(disk, 64, [
    [0x83, 8, 8],
    [0x05, 128, 64],
  ]);
  disk.write('data', 192 * 512 + 508, 'latin1');
  assert.deepEqual(faults(disk), ['broken-chain']);
  const empty = Buffer.alloc(sectors * 512);
  writeEntries(empty, 0, [[0x05, 64, 256]]);
  assert.deepEqual(faults(empty), []);
});

test('an AIX disk and the boot sector of a file system are no MBR; other tables are named', () => {
  const aix = Buffer.alloc(sectors * 512);
  writeEntries(aix, 0, []);
  aix.write('\xc9\xc2\xd4\xc1', 0, 'latin1');
  assert.equal(read(aix), undefined);
  const mac = Buffer.alloc(sectors * 512);
  mac.write('PM', 512, 'latin1');
  assert.deepEqual([read(mac)?.type, faults(mac)], ['mac', ['unread']]);
});
