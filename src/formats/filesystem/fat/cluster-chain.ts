import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { CachedBlocks } from '#formats/filesystem/cached-blocks';
import type { FatLayout } from '#formats/filesystem/fat';
import type { BlockRun } from '#formats/filesystem/read-mapped';

/** Gives the cluster that follows another in a file; undefined where it is the last. Throws ImageFault for one that cannot be. */
export type NextCluster = (cluster: number) => number | undefined;

/** Bits that an entry of the table takes, and the least value that ends a file; those just below are bad or reserved. */
const kinds = {
  FAT12: { bits: 12, end: 0xff8 },
  FAT16: { bits: 16, end: 0xfff8 },
  FAT32: { bits: 32, end: 0x0fff_fff8 },
} as const;

/** Takes the layout, and the first table as it stands in its file system. */
export function nextCluster({ kind, reserved, sectorSize, clusters }: FatLayout, blocks: CachedBlocks): NextCluster {
  const table = reserved * sectorSize;
  const { bits, end } = kinds[kind];
  // a file's entries are mostly beside one another
  let last: { readonly at: number; readonly block: Buffer } | undefined;
  const blockAt = (at: number): Buffer => {
    if (last?.at !== at) last = { at, block: blocks.at(at, 'the table of clusters') };
    return last.block;
  };
  const byteAt = (at: number): number => blockAt(at - (at % blocks.size)).readUInt8(at % blocks.size);
  const entryAt = (at: number, cluster: number): number => {
    if (bits === 12) {
      const pair = byteAt(at) + byteAt(at + 1) * 256;
      return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
    }
    // tables begin at sectors, so that no entry of whole bytes stands in two pieces
    const inBlock = at % blocks.size;
    const block = blockAt(at - inBlock);
    return bits === 16 ? block.readUInt16LE(inBlock) : block.readUInt32LE(inBlock) & 0x0fff_ffff;
  };
  return cluster => {
    const at = table + Math.floor((cluster * bits) / 8);
    const entry = entryAt(at, cluster);
    if (entry >= end) return undefined;
    if (entry < 2 || entry >= clusters + 2)
      throw new ImageFault('malformed', `after cluster ${cluster} comes cluster ${entry}, which there is not`, at);
    return entry;
  };
}

/** So many clusters apart lie those that are remembered. */
const stride = 256;

/** Where the clusters of a file stand. They are followed as far as is asked for, and a few of them remembered: a file may have millions. */
export class ClusterChain {
  readonly #layout: FatLayout;
  readonly #next: NextCluster;
  readonly #marks: number[];

  /** `first`: the cluster at which the file begins. Throws ImageFault where there is no such cluster. */
  constructor(first: number, layout: FatLayout, next: NextCluster) {
    if (first < 2 || first >= layout.clusters + 2)
      throw new ImageFault('malformed', `a file begins at cluster ${first}, which there is not`);
    this.#layout = layout;
    this.#next = next;
    this.#marks = [first];
  }

  /** Gives the clusters from one of the file on that stand one after another, at most a few hundred; undefined where the file has fewer. */
  runAt(index: number): BlockRun | undefined {
    const first = this.#clusterAt(index);
    if (first === undefined) return undefined;
    let count = 1;
    while (count < stride && this.#next(first + count - 1) === first + count) count++;
    return { at: this.#layout.files + (first - 2) * this.#layout.clusterSize, count };
  }

  #clusterAt(index: number): number | undefined {
    // more than there are: they go in a circle
    if (index > this.#layout.clusters) throw new ImageFault('malformed', 'a file has more clusters than there are');
    let mark = Math.min(Math.floor(index / stride), this.#marks.length - 1);
    let cluster = this.#marks[mark];
    for (let place = mark * stride; place < index && cluster !== undefined; ) {
      cluster = this.#next(cluster);
      place++;
      if (place % stride === 0 && cluster !== undefined) {
        mark++;
        if (mark === this.#marks.length) this.#marks.push(cluster);
      }
    }
    return cluster;
  }
}
