import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { numbersOf } from '../live/made-images.js';

/** What a guest must see, whatever happened: an image, its format, and a raw file with what is expected. */
export interface View {
  readonly path: string;
  readonly format: string;
  readonly expected: string;
}

/** An operation on images of a folder. */
export interface Operation {
  readonly name: string;
  /** Words behind `nearmetal image`. */
  readonly words: readonly string[];
  /** The file that is made or replaced. */
  readonly path: string;
  /** What that file holds afterwards. */
  readonly new: { readonly format: string; readonly expected: string; readonly size?: number };
  /** What reads the same at every instant. */
  readonly always: readonly View[];
  /** Makes the images. */
  readonly make: (folder: string) => void;
}

const size = 24 * 1024 * 1024;

const qemuImg = (folder: string, ...words: readonly string[]): void =>
  void execFileSync('qemu-img', words, { cwd: folder, stdio: 'pipe' });

/** Writes random bytes here and there, as a guest would. */
function fill(folder: string, format: string, name: string, seed: number, pieces = 12): void {
  const random = numbersOf(seed);
  const commands = Array.from({ length: pieces }, (_, index) => {
    const file = join(folder, `.pattern-${index}`);
    const bytes = Buffer.alloc(4096);
    for (let at = 0; at < bytes.length; at++) bytes[at] = 1 + Math.floor(random() * 255);
    writeFileSync(file, bytes);
    const length = (1 + Math.floor(random() * 200)) * 4096;
    const at = Math.floor((random() * (size - length)) / 512) * 512;
    return ['-c', `write -q -s ${file} ${at} ${length}`];
  });
  execFileSync('qemu-io', ['-f', format, ...commands.flat(), name], { cwd: folder, stdio: 'pipe' });
  execFileSync('sh', ['-c', 'rm -f .pattern-*'], { cwd: folder });
}

const create = (folder: string, format: string, name: string, ...more: readonly string[]): void =>
  qemuImg(folder, 'create', '-q', '-f', format, ...more, name, String(size));

const expected = (folder: string, format: string, name: string, as: string): void =>
  qemuImg(folder, 'convert', '-f', format, '-O', 'raw', name, as);

/** A base, a layer over it, and one over that. */
function chain(folder: string): void {
  create(folder, 'qcow2', 'base.qcow2');
  fill(folder, 'qcow2', 'base.qcow2', 1);
  create(folder, 'qcow2', 'layer.qcow2', '-b', 'base.qcow2', '-F', 'qcow2');
  fill(folder, 'qcow2', 'layer.qcow2', 2);
  create(folder, 'qcow2', 'top.qcow2', '-b', 'layer.qcow2', '-F', 'qcow2');
  fill(folder, 'qcow2', 'top.qcow2', 3, 4);
}

const topView: View = { path: 'top.qcow2', format: 'qcow2', expected: 'top.raw' };

/** Clusters that nobody uses count as used: as a QEMU leaves it that is ended while it allocates. */
export function leak(path: string): void {
  const bytes = readFileSync(path);
  const clusterSize = 2 ** bytes.readUInt32BE(20);
  const block = Number(bytes.readBigUInt64BE(Number(bytes.readBigUInt64BE(48))));
  const file = openSync(path, 'r+');
  const clusters = Math.ceil(bytes.length / clusterSize);
  for (let cluster = clusters; cluster < clusters + 5; cluster++)
    writeSync(file, Buffer.from([0, 1]), 0, 2, block + cluster * 2);
  writeSync(file, Buffer.alloc(clusterSize, 7), 0, clusterSize, (clusters + 4) * clusterSize);
  closeSync(file);
}

/** Every operation, once or in several ways. */
export const operations: readonly Operation[] = [
  {
    name: 'convert',
    words: ['convert', 'disk.raw', '--to', 'qcow2', '--compress'],
    path: 'disk.raw',
    new: { format: 'qcow2', expected: 'expected.raw' },
    always: [],
    make(folder) {
      create(folder, 'raw', 'disk.raw');
      fill(folder, 'raw', 'disk.raw', 5, 20);
      expected(folder, 'raw', 'disk.raw', 'expected.raw');
    },
  },
  {
    name: 'convert --into',
    words: ['convert', 'top.qcow2', '--to', 'vmdk', '--into', 'copy.vmdk'],
    path: 'copy.vmdk',
    new: { format: 'vmdk', expected: 'top.raw' },
    always: [topView],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'overlay',
    words: ['overlay', 'new.qcow2', '--base', 'top.qcow2'],
    path: 'new.qcow2',
    new: { format: 'qcow2', expected: 'top.raw' },
    always: [topView],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'rebase',
    words: ['rebase', 'layer.qcow2', '--base', 'other.raw', '--base-format', 'raw'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'layer.raw' },
    always: [topView, { path: 'layer.qcow2', format: 'qcow2', expected: 'layer.raw' }],
    make(folder) {
      chain(folder);
      create(folder, 'raw', 'other.raw');
      fill(folder, 'raw', 'other.raw', 6);
      expected(folder, 'qcow2', 'layer.qcow2', 'layer.raw');
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'rebase --flatten',
    words: ['rebase', 'layer.qcow2', '--flatten'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'layer.raw' },
    always: [topView, { path: 'layer.qcow2', format: 'qcow2', expected: 'layer.raw' }],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'layer.qcow2', 'layer.raw');
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'rebase --moved',
    words: ['rebase', 'layer.qcow2', '--moved', '--base', 'elsewhere.qcow2'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'layer.raw' },
    always: [topView, { path: 'layer.qcow2', format: 'qcow2', expected: 'layer.raw' }],
    make(folder) {
      chain(folder);
      execFileSync('cp', ['base.qcow2', 'elsewhere.qcow2'], { cwd: folder });
      expected(folder, 'qcow2', 'layer.qcow2', 'layer.raw');
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'commit',
    words: ['commit', 'top.qcow2'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'top.raw' },
    always: [topView],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'repair',
    words: ['repair', 'layer.qcow2'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'layer.raw' },
    always: [topView, { path: 'layer.qcow2', format: 'qcow2', expected: 'layer.raw' }],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'layer.qcow2', 'layer.raw');
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
      leak(join(folder, 'layer.qcow2'));
    },
  },
  {
    name: 'resize',
    words: ['resize', 'layer.qcow2', '+8M'],
    path: 'layer.qcow2',
    new: { format: 'qcow2', expected: 'layer.raw', size: 32 * 1024 * 1024 },
    always: [topView, { path: 'layer.qcow2', format: 'qcow2', expected: 'layer.raw' }],
    make(folder) {
      chain(folder);
      expected(folder, 'qcow2', 'layer.qcow2', 'layer.raw');
      expected(folder, 'qcow2', 'top.qcow2', 'top.raw');
    },
  },
  {
    name: 'resize --shrink',
    words: ['resize', 'disk.qcow2', '16M', '--shrink'],
    path: 'disk.qcow2',
    new: { format: 'qcow2', expected: 'disk.raw', size: 16 * 1024 * 1024 },
    always: [{ path: 'disk.qcow2', format: 'qcow2', expected: 'disk.raw' }],
    make(folder) {
      create(folder, 'qcow2', 'disk.qcow2');
      const writes = ['-c', 'write -q -P 5 64k 9M', '-c', 'write -q -P 7 15M 1M'];
      execFileSync('qemu-io', ['-f', 'qcow2', ...writes, 'disk.qcow2'], { cwd: folder, stdio: 'pipe' });
      expected(folder, 'qcow2', 'disk.qcow2', 'disk.raw');
    },
  },
];
