import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import type { BrowsedFileSystem, FileStat, FolderEntry } from '#formats/filesystem/browsed-file-system';
import { CachedBlocks } from '#formats/filesystem/cached-blocks';
import { type FatLayout, fat, fatLayout } from '#formats/filesystem/fat';
import { ClusterChain, type NextCluster, nextCluster } from '#formats/filesystem/fat/cluster-chain';
import { attribute, entryBytes, namesIn } from '#formats/filesystem/fat/fat-names';
import { type BlockRun, readMapped } from '#formats/filesystem/read-mapped';
import { lookAt } from '#formats/inside/look';
import type { ByteSource } from '#units/byte-source';

/** Whether a FAT begins where the source begins. */
export const isFat = (source: ByteSource): boolean => layoutOf(source) !== undefined;

/** Opens a FAT12, FAT16 or FAT32 for browsing. Throws ImageFault. */
export function openFat(source: ByteSource): BrowsedFileSystem {
  const layout = layoutOf(source);
  if (layout === undefined) throw new ImageFault('malformed', 'there is no FAT', 0);
  return new Fat(source, layout);
}

function layoutOf(source: ByteSource): FatLayout | undefined {
  return source.size < 512 ? undefined : fatLayout(bytesAt(source, 0, 512, 'the boot sector'));
}

/** The number of the root, which has no entry: none stands there. A file's number is the place of its entry, counted in entries. */
const root = 1;
/** Longest folder that FAT allows: 65,536 entries. */
const mostFolderBytes = 65_536 * entryBytes;
/** Files of which is kept where they stand. */
const keptChains = 16;

class Fat implements BrowsedFileSystem {
  readonly type = 'vfat';
  readonly label: string | undefined;
  readonly uuid: string;
  readonly remarks: readonly string[];
  readonly root = root;
  readonly foldsCase = true;
  readonly #source: ByteSource;
  readonly #layout: FatLayout;
  readonly #next: NextCluster;
  readonly #chains = new Map<number, ClusterChain>();

  constructor(source: ByteSource, layout: FatLayout) {
    const about = fat.identify(lookAt(source));
    this.label = about?.label;
    this.uuid = about?.uuid ?? '';
    this.remarks = about?.faults ?? [];
    this.#source = source;
    this.#layout = layout;
    this.#next = nextCluster(layout, new CachedBlocks(tableOf(source, layout), 4096));
  }

  stat(file: number): FileStat {
    if (file === root) return { file, kind: 'folder', mode: 0o755, uid: 0, gid: 0, links: 1, size: 0, modified: 0 };
    const entry = this.#entry(file);
    const kind = entry.readUInt8(11);
    const isFolder = (kind & attribute.folder) !== 0;
    return {
      file,
      kind: isFolder ? 'folder' : 'file',
      // what Linux shows root's mounts as
      mode: (isFolder || (kind & attribute.readOnly) === 0 ? 0o755 : 0o555) & (isFolder ? 0o777 : 0o644),
      uid: 0,
      gid: 0,
      links: 1,
      size: isFolder ? 0 : entry.readUInt32LE(28),
      modified: timeOf(entry.readUInt16LE(24), entry.readUInt16LE(22)),
    };
  }

  *entries(folder: number): Generator<FolderEntry> {
    const { rootEntries, data, kind, clusterSize } = this.#layout;
    if (folder === root && kind !== 'FAT32') {
      const bytes = bytesAt(this.#source, data, rootEntries * entryBytes, 'the root folder');
      for (const { name, at } of namesIn(bytes)) yield { name, file: (data + at) / entryBytes };
      return;
    }
    const first = folder === root ? this.#layout.rootCluster : clusterOf(this.#entry(folder), kind);
    const chain = new ClusterChain(first, this.#layout, this.#next);
    const places: number[] = [];
    const pieces: Buffer[] = [];
    while (places.length * clusterSize < mostFolderBytes) {
      const run = chain.runAt(places.length);
      if (run?.at === undefined) break;
      const count = Math.min(run.count, Math.ceil(mostFolderBytes / clusterSize) - places.length);
      pieces.push(bytesAt(this.#source, run.at, count * clusterSize, 'a folder'));
      for (let index = 0; index < count; index++) places.push(run.at + index * clusterSize);
    }
    for (const { name, at } of namesIn(Buffer.concat(pieces))) {
      const piece = Math.floor(at / clusterSize);
      yield { name, file: ((places[piece] ?? 0) + at - piece * clusterSize) / entryBytes };
    }
  }

  readInto(file: number, target: Uint8Array, at: number): number {
    const { size, kind } = this.stat(file);
    if (kind !== 'file' || size === 0) return 0;
    const chain = this.#chainOf(file);
    const map = (index: number): BlockRun => {
      const run = chain.runAt(index);
      if (run === undefined) throw new ImageFault('cut-short', 'a file has fewer clusters than bytes');
      return run;
    };
    return readMapped(this.#source, map, this.#layout.clusterSize, size, target, at);
  }

  readLink(): string {
    throw new ImageFault('malformed', 'FAT has no symbolic links');
  }

  #entry(file: number): Buffer {
    return bytesAt(this.#source, file * entryBytes, entryBytes, 'an entry of a folder');
  }

  #chainOf(file: number): ClusterChain {
    const known = this.#chains.get(file);
    if (known !== undefined) return known;
    const chain = new ClusterChain(clusterOf(this.#entry(file), this.#layout.kind), this.#layout, this.#next);
    const [oldest] = this.#chains.keys();
    if (this.#chains.size >= keptChains && oldest !== undefined) this.#chains.delete(oldest);
    this.#chains.set(file, chain);
    return chain;
  }
}

/** The table alone, its end filled up with zeroes, so that its last piece is whole, too. */
function tableOf(source: ByteSource, { reserved, sectorSize, tableSectors }: FatLayout): ByteSource {
  const end = (reserved + tableSectors) * sectorSize;
  return {
    size: Math.ceil(end / 4096) * 4096,
    readInto(target, at) {
      const inside = target.subarray(0, Math.max(0, Math.min(target.length, end - at)));
      const count = source.readInto(inside, at);
      if (count === inside.length) target.fill(0, count);
      return count === inside.length ? target.length : count;
    },
  };
}

/** The upper half of a cluster's number stands elsewhere, and not in small FATs. */
const clusterOf = (entry: Buffer, kind: FatLayout['kind']): number =>
  entry.readUInt16LE(26) + (kind === 'FAT32' ? (entry.readUInt16LE(20) & 0x0fff) * 65_536 : 0);

/** DOS keeps the time of the clock on the wall; it is taken for UTC. */
const timeOf = (date: number, time: number): number =>
  date === 0
    ? 0
    : Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2) /
      1000;
