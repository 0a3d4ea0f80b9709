import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { imageFormats } from '#formats/disk/image-formats';
import { openFileBytes } from '#transport/file-bytes';
import { makeBtrfs, makeExt4, makeFat, makeTree, makeXfs, noMaker } from '../made-file-system.js';
import { sharedData } from '../shared-data.js';
import { sampleFat } from './made-fat.js';
import { madeQcow } from './made-qcow2.js';
import { type Seed, seedOf, sparseSeed } from './mutate.js';

/** Larger files are left out: most of a case would be their filling. */
const mostBytes = 1280 * 1024;

/** Gives the seeds: images made here, files that only begin as one of a format does, and those of the shared data. */
export function seeds(): Seed[] {
  return [...madeSeeds(), ...beginnings(), ...sharedSeeds()];
}

function madeSeeds(): Seed[] {
  const data = [0, 1, 2, 5, 9];
  const made = {
    plain: madeQcow({ data, zeroes: [7], compressed: [12, 13] }),
    old: madeQcow({ version: 2, clusterBits: 12, data, compressed: [3] }),
    snapshots: madeQcow({ data, snapshots: 2, compressed: [20] }),
    overlay: madeQcow({ data, backing: 'base.qcow2' }),
    narrow: madeQcow({ data, refcountOrder: 0 }),
    wide: madeQcow({ data, refcountOrder: 6, hasBitmap: true }),
    subclusters: madeQcow({ clusterBits: 14, data: [0, 1, 3], zeroes: [5], compressed: [6], hasSubclusters: true }),
    bitmap: madeQcow({ clusterBits: 12, data, hasBitmap: true }),
  };
  const images = Object.entries(made).map(([name, { bytes }]) => seedOf(`made ${name}`, 'qcow2', bytes));
  return [...images, seedOf('made FAT', 'raw', sampleFat())];
}

/** Marks of formats and where they stand. */
const marks: Readonly<Record<string, readonly (readonly [at: number, mark: string])[]>> = {
  luks: [[0, 'LUKS\xba\xbe\0\x01']],
  parallels: [[0, 'WithouFreSpacExt\x02\0\0\0']],
  qed: [[0, 'QED\0\0\x10\0\0\x01\0\0\0\x01\0\0\0']],
  vdi: [[64, '\x7f\x10\xda\xbe\x01\0\x01\0']],
  vhdx: [[0, 'vhdxfile']],
  vmdk: [[0, 'KDMV\x01\0\0\0']],
  vpc: [[0, 'conectix']],
};

const beginnings = (): Seed[] =>
  Object.entries(marks).map(([format, places]) => {
    const bytes = Buffer.alloc(65_536);
    for (const [at, mark] of places) bytes.write(mark, at, 'latin1');
    return seedOf(`beginning of ${format}`, format, bytes);
  });

function sharedSeeds(): Seed[] {
  if (sharedData === undefined) return [];
  const folder = join(sharedData, 'images');
  const names = new Set(imageFormats.map(({ name }) => name));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(qcow2|qed|vmdk|vdi|vhd|vhdx|parallels|luks|raw|img)(\.gz)?$/.test(file))
    .sort()
    .flatMap(file => {
      // what memory a process ever had is looked at: none of them is held as a whole
      if (file.endsWith('.raw.gz')) return unpacked(file, join(folder, file));
      const stored = readFileSync(join(folder, file));
      const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored;
      const ending = file.replace(/\.gz$/, '').split('.').at(-1) ?? '';
      const format = ending === 'vhd' ? 'vpc' : ending;
      if (bytes.length === 0) return [];
      if (bytes.length <= mostBytes)
        return [seedOf(file, names.has(format) && format !== 'raw' ? format : undefined, bytes)];
      return [];
    });
}

function unpacked(name: string, path: string): Seed[] {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-fuzz-'));
  try {
    const place = join(folder, 'image');
    const target = openSync(place, 'w');
    execFileSync('gzip', ['-dc', path], { stdio: ['ignore', target, 'inherit'] });
    closeSync(target);
    return readSparse(name, place);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readSparse(name: string, path: string): Seed[] {
  const file = openFileBytes(path);
  try {
    return sparse(name, file.size, (target, at) => file.readInto(target, at));
  } finally {
    file.close();
  }
}

function sparse(name: string, size: number, read: (target: Buffer, at: number) => void): Seed[] {
  const seed = sparseSeed(name, size, read, mostBytes);
  return seed === undefined ? [] : [seed];
}

/** File systems with something in them, made by the tools of this machine; those whose tools are missing are left out. */
export function fileSystemSeeds(): Seed[] {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-fuzz-'));
  try {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    makeTree(tree);
    const path = join(folder, 'image');
    const made: readonly (readonly [name: string, maker: string, make: () => void])[] = [
      ['ext4', 'mkfs.ext4', () => makeExt4(path, tree, ['-O', '^has_journal'], '4M')],
      [
        'ext4 of 1 KiB',
        'mkfs.ext4',
        () => makeExt4(path, tree, ['-b', '1024', '-O', 'inline_data', '-I', '512'], '8M'),
      ],
      ['ext2', 'mkfs.ext4', () => makeExt4(path, tree, ['-t', 'ext2'], '4M')],
      ['XFS', 'mkfs.xfs', () => makeXfs(path, tree, [])],
      ['XFS of version 4', 'mkfs.xfs', () => makeXfs(path, tree, ['-m', 'crc=0'])],
      ['Btrfs', 'mkfs.btrfs', () => makeBtrfs(path, join(tree, 'deep'))],
      ['FAT12', 'mcopy', () => makeFat(path, join(tree, 'etc'), 12, '1M', [])],
      ['FAT16', 'mcopy', () => makeFat(path, join(tree, 'deep'), 16, '16M', ['-s', '1'])],
      ['FAT32', 'mcopy', () => makeFat(path, join(tree, 'etc'), 32, '64M', ['-s', '1'])],
    ];
    return made.flatMap(([name, maker, make]) => {
      if (noMaker(maker) !== undefined) return [];
      rmSync(path, { force: true });
      make();
      return readSparse(name, path);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
