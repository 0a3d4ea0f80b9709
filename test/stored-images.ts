import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ImageFile } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { sharedData } from './shared-data.js';

/** An image of the shared data with what qemu-img said of it. */
export interface StoredImage {
  /** The folder under `images` in which qemu-img ran. */
  readonly group: string;
  /** Its path from there. */
  readonly name: string;
  readonly runs: readonly StoredRun[];
}

/** A command of qemu-img and what came of it. */
export interface StoredRun {
  readonly kind: 'info' | 'info-chain' | 'map' | 'check';
  readonly exit: number;
  /** The format that was said to it; undefined: it guessed. */
  readonly format: string | undefined;
  /** What it printed, where that is JSON. */
  readonly answer: unknown;
  readonly stderr: string;
}

/** Gives all images of a group; without shared data none. */
export function storedImages(group: string): StoredImage[] {
  if (sharedData === undefined) return [];
  const folder = join(sharedData, 'images', group);
  const results = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.result.json'),
  );
  return results.sort().map(file => {
    const { image, runs } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return { group, name: image, runs: runs.map((run: Run) => storedRun(join(folder, file, '..'), run)) };
  });
}

interface Run {
  readonly command: string;
  readonly kind: StoredRun['kind'];
  readonly exit: number;
  readonly stderr: string | null;
  readonly stdout_file?: string;
}

function storedRun(folder: string, { command, kind, exit, stderr, stdout_file }: Run): StoredRun {
  const stored =
    stdout_file === undefined
      ? undefined
      : [join(folder, stdout_file), join(folder, '..', stdout_file)].find(existsSync);
  const answer = stored === undefined ? undefined : JSON.parse(readFileSync(stored, 'utf8'));
  const format = / -f (\S+)/.exec(command)?.[1];
  return { kind, exit, format, answer, stderr: stderr ?? '' };
}

/** Opens files of a group of images by their paths, unpacked in memory. */
export function storedFiles(group: string): (path: string) => ImageFile {
  const folder = join(sharedData ?? '', 'images', group);
  return path => {
    const real = join(folder, path);
    const packed = existsSync(`${real}.gz`) ? gunzipSync(readFileSync(`${real}.gz`)) : undefined;
    if (packed === undefined && !existsSync(real))
      throw new ImageFault('missing-file', `${path}: there is no such file`);
    const bytes = packed ?? readFileSync(real);
    return memoryFile(bytes, real);
  };
}

/** Bytes in memory as a file. */
export const memoryFile = (bytes: Buffer, identity = 'memory'): ImageFile => ({
  size: bytes.length,
  identity,
  allocated: bytes.length,
  readInto: (target, at) => (at >= bytes.length ? 0 : bytes.copy(target, 0, at)),
});
