import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { imageFormats } from '#formats/disk/image-formats';
import { sharedData } from '../shared-data.js';
import { madeQcow } from './made-qcow2.js';
import { type Seed, seedOf } from './mutate.js';

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
  return Object.entries(made).map(([name, { bytes }]) => seedOf(`made ${name}`, 'qcow2', bytes));
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
      const stored = readFileSync(join(folder, file));
      const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored;
      const ending = file.replace(/\.gz$/, '').split('.').at(-1) ?? '';
      const format = ending === 'vhd' ? 'vpc' : ending;
      return bytes.length === 0 || bytes.length > mostBytes
        ? []
        : [seedOf(file, names.has(format) && format !== 'raw' ? format : undefined, bytes)];
    });
}
