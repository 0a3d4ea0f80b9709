import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import { openFat } from '#formats/filesystem/fat/open-fat';
import { GuestTree } from '#formats/guest-disk/guest-tree';
import { fatEntry, longEntries, madeFat, sampleFat } from '../../../../test/fuzz/made-fat.js';
import { memoryBytes } from '../../../../test/memory-bytes.js';

const treeOf = (bytes: Buffer): GuestTree => {
  const system = openFat(memoryBytes(bytes));
  return new GuestTree({ system, root: system.root });
};

/** What kind of fault comes, and that it comes soon. */
const faultOf = (use: () => unknown): unknown => {
  const began = performance.now();
  try {
    return use();
  } catch (error) {
    assert.ok(performance.now() - began < 1000);
    return error instanceof ImageFault ? error.kind : error;
  }
};

test('a FAT has long names, short ones as Windows wrote them, folders, and files in pieces; what was removed is gone', () => {
  const tree = treeOf(sampleFat());
  assert.deepEqual([...tree.names('/')].sort(), ['EFI', 'a name of several pieces.conf', 'small.txt', 'σBC'].sort());
  assert.equal(tree.text('/efi/BOOT/bootx64.EFI', 100), 'hello');
  const whole = tree.read('/A NAME of several pieces.conf', 10_000);
  assert.equal(whole.length, 1200);
  assert.deepEqual(
    [0, 512, 1024].map(at => whole.toString('latin1', at, at + 5)),
    ['first', 'secon', 'third'],
  );
  const { stat } = tree.find('/σBC');
  assert.deepEqual([stat.size, stat.mode.toString(8), stat.modified], [0, '444', Date.UTC(2026, 10, 15) / 1000]);
});

test('a long name that does not belong to the short one behind it is passed over', () => {
  const long = longEntries('another name of two pieces', 'OTHER');
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = long;
  const names = (root: readonly Buffer[]) => treeOf(madeFat({ root, next: {}, clusters: {} })).names('/');
  const own = fatEntry('OTHER', 0x20, 0, 0);
  assert.deepEqual(names([...long, own]), ['another name of two pieces']);
  assert.deepEqual(names([...long, fatEntry('FOREIGN', 0x20, 0, 0)]), ['FOREIGN']);
  assert.deepEqual(names([first, own]), ['OTHER']);
  assert.deepEqual(names([second, first, own]), ['OTHER']);
  assert.deepEqual(names([...longEntries('to/../elsewhere', 'OTHER'), own]), ['to_.._elsewhere']);
});

test('clusters in a circle, beyond the end, or fewer than a file has bytes are faults with a name', () => {
  const file = (cluster: number, size: number): Buffer => fatEntry('FILE', 0x20, cluster, size);
  const read = (root: Buffer, next: Readonly<Record<number, number>>) =>
    faultOf(() => treeOf(madeFat({ root: [root], next, clusters: {} })).read('/FILE', 2 ** 20).length);
  assert.equal(read(file(2, 600), { 2: 3, 3: 0xfff }), 600);
  assert.equal(read(file(2, 600), { 2: 0xfff }), 'cut-short');
  assert.equal(read(file(2, 600), { 2: 0 }), 'malformed');
  assert.equal(read(file(2, 600), { 2: 62 }), 'malformed');
  assert.equal(read(file(99, 600), {}), 'malformed');
  assert.equal(read(file(0, 600), {}), 'malformed');
  assert.equal(read(file(2, 1_000_000), { 2: 3, 3: 2 }), 'malformed');
  // a folder that follows itself ends
  const root = [fatEntry('FOLDER', 0x10, 2, 0)];
  const inside = Buffer.concat(Array.from({ length: 16 }, (_, at) => fatEntry(`F${at}`, 0x10, 2, 0)));
  const tree = treeOf(madeFat({ root, next: { 2: 3, 3: 2 }, clusters: { 2: inside, 3: inside } }));
  assert.equal(
    faultOf(() => tree.names('/FOLDER')),
    'malformed',
  );
  // one in which it stands itself goes down as far as one wants
  const deep = treeOf(madeFat({ root, next: { 2: 0xfff }, clusters: { 2: inside } }));
  assert.equal(deep.names('/FOLDER/F1/F2/F3').length, 16);
});
