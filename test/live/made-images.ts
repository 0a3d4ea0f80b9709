import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A kind of image that qemu-img makes. */
export interface ImageKind {
  readonly format: string;
  /** For `-o`; undefined: as QEMU makes it unasked. */
  readonly options?: string;
  /** Sizes of disks, in bytes. */
  readonly sizes: readonly number[];
  /** Written by `qemu-img convert` alone: what is there is never written twice. */
  readonly isStream?: boolean;
  /** The format of an image below it. */
  readonly over?: string;
}

const mebibyte = 1024 * 1024;
const small = [512, 4096, 3 * mebibyte, 5 * mebibyte + 512 * 7, 33 * mebibyte];

/** Every kind that `qemu-img create -f FORMAT -o help` offers of the formats beside raw and qcow2. */
export const imageKinds: readonly ImageKind[] = [
  { format: 'qed', sizes: small },
  { format: 'qed', options: 'cluster_size=4k,table_size=2', sizes: [...small, 300 * mebibyte] },
  { format: 'qed', options: 'cluster_size=1M,table_size=4', sizes: small },
  { format: 'qed', options: 'cluster_size=8k,table_size=4', sizes: small, over: 'raw' },
  { format: 'qed', sizes: small, over: 'vmdk' },
  { format: 'vmdk', sizes: [...small, 3000 * mebibyte] },
  { format: 'vmdk', options: 'zeroed_grain=on', sizes: small },
  { format: 'vmdk', options: 'compat6=on,adapter_type=lsilogic', sizes: small },
  { format: 'vmdk', options: 'subformat=monolithicFlat', sizes: small },
  { format: 'vmdk', options: 'subformat=twoGbMaxExtentFlat', sizes: small },
  { format: 'vmdk', options: 'subformat=twoGbMaxExtentSparse', sizes: [...small, 5000 * mebibyte] },
  { format: 'vmdk', options: 'subformat=streamOptimized', sizes: small, isStream: true },
  { format: 'vmdk', sizes: small, over: 'vmdk' },
  { format: 'vmdk', options: 'zeroed_grain=on', sizes: small, over: 'vmdk' },
  { format: 'vdi', sizes: [...small, 3000 * mebibyte] },
  { format: 'vdi', options: 'static=on', sizes: small },
  { format: 'vpc', sizes: [...small, 3000 * mebibyte] },
  { format: 'vpc', options: 'force_size=on', sizes: small },
  { format: 'vpc', options: 'subformat=fixed', sizes: small },
  { format: 'vpc', options: 'subformat=fixed,force_size=on', sizes: small },
  { format: 'vhdx', sizes: [3 * mebibyte, 33 * mebibyte, 3000 * mebibyte] },
  { format: 'vhdx', options: 'block_size=1M', sizes: [3 * mebibyte, 33 * mebibyte, 6000 * mebibyte] },
  { format: 'vhdx', options: 'block_size=2M,block_state_zero=off,log_size=2M', sizes: [3 * mebibyte, 33 * mebibyte] },
  { format: 'vhdx', options: 'subformat=fixed,block_size=1M', sizes: [3 * mebibyte, 5 * mebibyte] },
  { format: 'parallels', sizes: [...small, 3000 * mebibyte] },
  { format: 'parallels', options: 'cluster_size=64k', sizes: small },
];

/** Numbers from 0 to below 1 that are the same for a seed each time (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs a program; gives what it prints, and what it says where it fails. */
export function run(
  folder: string,
  program: string,
  ...args: readonly string[]
): { readonly out: string; readonly failed: string | undefined } {
  try {
    const out = execFileSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    });
    return { out, failed: undefined };
  } catch (error) {
    const text = (key: string): string => {
      const found = error instanceof Error ? Object.entries(error).find(([name]) => name === key)?.[1] : undefined;
      return typeof found === 'string' ? found : '';
    };
    return { out: text('stdout'), failed: text('stderr') || String(error) };
  }
}

function must(folder: string, program: string, ...args: readonly string[]): void {
  const { failed } = run(folder, program, ...args);
  if (failed !== undefined) throw new Error(`${program} ${args.join(' ')}: ${failed}`);
}

/**
 * Makes an image of a kind with random content in a folder of its own; gives the folder, with the image at `image`. Files have no holes there, so that
 * maps do not depend on the file system.
 */
export function makeImage(home: string, kind: ImageKind, seed: number): string {
  const random = numbersOf(seed);
  const size = kind.sizes[Math.floor(random() * kind.sizes.length)] ?? mebibyte;
  const folder = join(home, `made-${kind.format}-${seed}`);
  mkdirSync(folder, { recursive: true });
  if (kind.over !== undefined) {
    const below = random() < 0.3 ? Math.max(512, Math.floor(size / 1024) * 512) : size;
    must(folder, 'qemu-img', 'create', '-q', '-f', kind.over, 'below', String(below));
    write(folder, kind.over, 'below', below, random);
  }
  const options = kind.options === undefined ? [] : ['-o', kind.options];
  if (kind.isStream === true) {
    must(folder, 'qemu-img', 'create', '-q', '-f', 'raw', 'source', String(size));
    write(folder, 'raw', 'source', size, random);
    must(folder, 'qemu-img', 'convert', '-f', 'raw', '-O', kind.format, ...options, 'source', 'image');
  } else {
    const over = kind.over === undefined ? [] : ['-b', 'below', '-F', kind.over];
    must(
      folder,
      'qemu-img',
      'create',
      '-q',
      '-f',
      kind.format,
      ...options,
      ...over,
      'image',
      ...(kind.over === 'vmdk' && kind.format === 'vmdk' ? [] : [String(size)]),
    );
    write(folder, kind.format, 'image', size, random);
  }
  const full = `${folder}-full`;
  must(home, 'cp', '-r', '--sparse=never', folder, full);
  must(home, 'rm', '-r', folder);
  return full;
}

/** Writes some random stretches: patterns, random bytes, zeroes; and gives some back. */
function write(folder: string, format: string, name: string, size: number, random: () => number): void {
  const commands: string[] = [];
  const count = Math.floor(random() * 12);
  // what is written must be found within the smallest size that a format rounds to
  for (let index = 0; index < count; index += 1) {
    const at = Math.floor((random() * size) / 512) * 512;
    const length = Math.min(size - at, (1 + Math.floor(random() ** 4 * 2000)) * 512);
    const kind = random();
    const pattern = 1 + Math.floor(random() * 255);
    if (length <= 0) continue;
    if (kind < 0.6) commands.push(`write -q -P ${pattern} ${at} ${length}`);
    else if (kind < 0.75) {
      const bytes = Buffer.alloc(512);
      for (let byte = 0; byte < 512; byte += 1) bytes[byte] = Math.floor(random() * 256);
      writeFileSync(join(folder, `pattern-${index}`), bytes);
      commands.push(`write -q -s pattern-${index} ${at} ${length}`);
    } else if (kind < 0.9) commands.push(`write -q -z ${at} ${length}`);
    else commands.push(`discard -q ${at} ${length}`);
  }
  if (commands.length === 0) return;
  // a format that cannot do one of them says so, and does the others
  run(folder, 'qemu-io', '-f', format, ...commands.flatMap(command => ['-c', command]), name);
}
