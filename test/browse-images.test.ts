import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { BrowsedFileSystem } from '#formats/filesystem/browsed-file-system';
import { openFileSystem } from '#formats/filesystem/open-file-system';
import { PathFault } from '#formats/filesystem/path-fault';
import { GuestTree } from '#formats/guest-disk/guest-tree';
import { type FileBytes, openFileBytes } from '#transport/file-bytes';
import type { ByteSource } from '#units/byte-source';
import { differences, makeBtrfs, makeExt4, makeFat, makeTree, makeXfs, noMaker } from './made-file-system.js';

const [noExt4, noXfs, noBtrfs] = [noMaker('mkfs.ext4'), noMaker('mkfs.xfs'), noMaker('mkfs.btrfs')];
const noFat = noMaker('mkfs.vfat') ?? noMaker('mcopy');
let folder: string;
let tree: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearmetal-browse-'));
  tree = join(folder, 'tree');
  mkdirSync(tree);
  makeTree(tree);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Opens an image, hands its file system on, closes it. */
function within<T>(image: string, use: (system: BrowsedFileSystem, bytes: FileBytes) => T): T {
  const bytes = openFileBytes(image);
  try {
    const system = openFileSystem(bytes);
    assert.ok(system);
    return use(system, bytes);
  } finally {
    bytes.close();
  }
}

const treeOf = (system: BrowsedFileSystem): GuestTree => new GuestTree({ system, root: system.root });

const ext4Kinds = [
  { name: 'ext4 as it is made', type: 'ext4', options: [] },
  { name: 'ext4 with small files in inodes', type: 'ext4', options: ['-O', 'inline_data', '-I', '1024'] },
  {
    name: 'ext4 with descriptors in their groups',
    type: 'ext4',
    options: ['-b', '1024', '-O', 'meta_bg,^resize_inode'],
  },
  { name: 'ext4 with clusters', type: 'ext4', options: ['-O', 'bigalloc', '-C', '16384'] },
  { name: 'ext3', type: 'ext3', options: ['-t', 'ext3'] },
  {
    name: 'ext2 with blocks of 1 KiB and inodes of 128 bytes',
    type: 'ext2',
    options: ['-t', 'ext2', '-b', '1024', '-I', '128'],
  },
];
for (const { name, type, options } of ext4Kinds) {
  test(`all files of ${name} are what was put there`, { skip: noExt4 }, () => {
    const image = join(folder, `${type}.img`);
    makeExt4(image, tree, options, '32M');
    within(image, system => {
      assert.deepEqual(
        { type: system.type, label: system.label, remarks: system.remarks },
        { type, label: 'sample', remarks: [] },
      );
      // mke2fs -d shortens a file with a hole at its end, when small files go into inodes
      const known = options.includes('inline_data') ? ['/holes: content'] : [];
      assert.deepEqual(differences(tree, treeOf(system)), known);
    });
  });
}

const xfsKinds = [
  { name: 'XFS as it is made', options: [] },
  { name: 'XFS of version 4 without kinds of files', options: ['-m', 'crc=0', '-n', 'ftype=0'] },
  { name: 'XFS with blocks of 1 KiB and counters of 64 bits', options: ['-b', 'size=1024', '-i', 'nrext64=1'] },
  {
    name: 'XFS with large folders and inodes, small times',
    options: ['-n', 'size=16384', '-i', 'size=2048', '-m', 'bigtime=0'],
  },
];
for (const { name, options } of xfsKinds) {
  test(`all files of ${name} are what was put there`, { skip: noXfs }, () => {
    const image = join(folder, 'xfs.img');
    makeXfs(image, tree, options);
    within(image, system => {
      assert.deepEqual(
        { type: system.type, label: system.label, remarks: system.remarks },
        { type: 'xfs', label: 'sample', remarks: [] },
      );
      assert.deepEqual(differences(tree, treeOf(system)), []);
    });
  });
}

test('all files of Btrfs are what was put there', { skip: noBtrfs }, () => {
  const image = join(folder, 'btrfs.img');
  makeBtrfs(image, tree);
  within(image, system => {
    assert.deepEqual(
      { type: system.type, label: system.label, remarks: system.remarks },
      { type: 'btrfs', label: 'sample', remarks: [] },
    );
    assert.deepEqual(differences(tree, treeOf(system)), []);
    assert.equal(system.subvolume?.('/'), system.root);
    assert.equal(system.subvolume?.('5'), system.root);
    assert.equal(system.subvolume?.('no/such'), undefined);
  });
});

/** A tree without what FAT has not: links; with names that need long entries, and folders of many clusters. */
function plainTree(): string {
  const plain = join(folder, 'plain');
  if (existsSync(plain)) return plain;
  mkdirSync(join(plain, 'EFI/BOOT'), { recursive: true });
  mkdirSync(join(plain, 'loader/entries'), { recursive: true });
  for (const name of ['many', 'empty']) cpSync(join(tree, name), join(plain, name), { recursive: true });
  for (const name of ['file-1', 'file-5000', 'file-300000', 'holes']) cpSync(join(tree, name), join(plain, name));
  writeFileSync(join(plain, 'EFI/BOOT/BOOTX64.EFI'), 'boot');
  writeFileSync(join(plain, 'small.txt'), '');
  writeFileSync(join(plain, 'loader/entries/a name that needs several entries, ünïcödé 日本 and all.conf'), 'title x');
  return plain;
}

for (const [bits, size, options] of [
  [12, '16M', ['-s', '16']],
  [16, '32M', ['-s', '1']],
  [32, '64M', ['-s', '1']],
  [32, '300M', ['-S', '4096', '-s', '1']],
] as const) {
  test(`all files of a FAT of ${bits} bits, ${size}, are what was put there, whatever the letters of their names`, {
    skip: noFat,
  }, () => {
    const image = join(folder, `fat-${size}.img`);
    const plain = plainTree();
    makeFat(image, plain, bits, size, options);
    within(image, system => {
      assert.deepEqual([system.type, system.label, system.remarks], ['vfat', 'SAMPLE', []]);
      assert.match(system.uuid, /^[\dA-F]{4}-[\dA-F]{4}$/);
      const files = treeOf(system);
      let count = 0;
      const compare = (path: string): void => {
        assert.deepEqual([...files.names(path)].sort(), readdirSync(join(plain, path)).sort(), path);
        for (const name of readdirSync(join(plain, path))) {
          const inner = `${path}/${name}`;
          const stat = statSync(join(plain, inner));
          if (stat.isDirectory()) compare(inner);
          else {
            assert.ok(files.read(inner, 10_000_000).equals(readFileSync(join(plain, inner))), inner);
            assert.ok(Math.abs(files.find(inner).stat.modified - stat.mtimeMs / 1000) < 3, 'to two seconds');
            count++;
          }
        }
      };
      compare('');
      assert.ok(count > 700);
      assert.equal(files.text('/efi/boot/bootx64.efi', 100), 'boot');
      assert.equal(files.look('/efi/boot/other.efi'), undefined);
    });
  });
}

test('a path never leads out of the root, and a circle of links ends', { skip: noExt4 }, () => {
  const image = join(folder, 'paths.img');
  makeExt4(image, tree, [], '32M');
  within(image, system => {
    const files = treeOf(system);
    for (const path of [
      '/etc/os-release',
      'etc/./os-release',
      '/../../etc/os-release',
      '/absolute',
      '/deep/er/upwards',
    ])
      assert.equal(files.find(path).path, '/etc/os-release', path);
    const kindOf = (path: string): unknown => {
      try {
        return files.find(path);
      } catch (error) {
        return error instanceof PathFault ? error.kind : error;
      }
    };
    assert.deepEqual(['/circle', '/file-60/x', '/no', '/link-5'].map(kindOf), [
      'too-many-links',
      'not-a-folder',
      'not-found',
      'not-found',
    ]);
  });
});

/** A source in which some bytes are others. */
const changed = (source: ByteSource, bytes: ReadonlyMap<number, number>): ByteSource => ({
  size: source.size,
  readInto(target, at) {
    const count = source.readInto(target, at);
    for (const [place, value] of bytes) if (place >= at && place < at + count) target[place - at] = value;
    return count;
  },
});

/** Numbers that are the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Byte ranges that hold metadata: the first pieces of the image that are not all zero. */
function filledPieces(source: ByteSource): readonly number[] {
  const found: number[] = [];
  const piece = Buffer.alloc(512);
  for (let at = 0; at < source.size && found.length < 1500; at += 512) {
    source.readInto(piece, at);
    if (piece.some(byte => byte !== 0)) found.push(at);
  }
  return found;
}

/** Goes through all of a file system that can be reached, within bounds; only faults with a name may come. */
function walkAll(source: ByteSource): void {
  try {
    const system = openFileSystem(source);
    if (system === undefined) return;
    let left = 300;
    const visit = (file: number, depth: number): void => {
      if (--left < 0 || depth > 8) return;
      const { kind, size } = system.stat(file);
      if (kind === 'link') system.readLink(file);
      if (kind === 'file') system.readInto(file, new Uint8Array(Math.min(size, 65_536)), Math.max(0, size - 65_536));
      if (kind === 'folder')
        for (const entry of system.entries(file)) if (left > 0) visitQuietly(entry.file, depth + 1);
    };
    const visitQuietly = (file: number, depth: number): void => {
      try {
        visit(file, depth);
      } catch (error) {
        if (!(error instanceof ImageFault)) throw error;
      }
    };
    visit(system.root, 0);
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
  }
}

const damaged = [
  { name: 'ext4', skip: noExt4, make: (image: string) => makeExt4(image, tree, ['-b', '1024'], '16M') },
  { name: 'ext3', skip: noExt4, make: (image: string) => makeExt4(image, tree, ['-b', '1024', '-t', 'ext3'], '16M') },
  { name: 'Btrfs', skip: noBtrfs, make: (image: string) => makeBtrfs(image, tree) },
  { name: 'FAT12', skip: noFat, make: (image: string) => makeFat(image, plainTree(), 12, '16M', ['-s', '16']) },
  { name: 'FAT32', skip: noFat, make: (image: string) => makeFat(image, plainTree(), 32, '64M', ['-s', '1']) },
  { name: 'XFS', skip: noXfs, make: (image: string) => makeXfs(image, tree, ['-m', 'crc=0']) },
];
for (const { name, skip, make } of damaged) {
  test(`a damaged ${name} gives faults with a name, and ends`, { skip }, () => {
    const image = join(folder, `damaged-${name}.img`);
    make(image);
    within(image, (_, bytes) => {
      const random = numbers(7);
      const next = (below: number): number => Math.floor(random.next().value * below);
      const pieces = filledPieces(bytes);
      const rounds = Number(process.env['NEARMETAL_FUZZ_ROUNDS'] ?? 40);
      for (let round = 0; round < rounds; round++) {
        const places = new Map<number, number>();
        // a few bytes, or a number of four bytes that is very large
        for (let count = next(12) + 1; count > 0; count--) {
          const at = (pieces[next(pieces.length)] ?? 0) + next(512);
          places.set(at, next(256));
          if (next(4) === 0) for (let more = 0; more < 4; more++) places.set(at + more, 255);
        }
        const began = performance.now();
        walkAll(changed(bytes, places));
        assert.ok(performance.now() - began < 5000, `round ${round} took ${performance.now() - began} ms`);
      }
    });
  });
}
