import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import {
  type BrowsedFileSystem,
  type FileStat,
  type FolderEntry,
  kindOfMode,
  longestLink,
  mostEntries,
} from '#formats/filesystem/browsed-file-system';
import { ChunkMap } from '#formats/filesystem/btrfs/btrfs-chunks';
import { type FileExtent, parseExtent, unpackExtent } from '#formats/filesystem/btrfs/btrfs-extent';
import { type BtrfsSuperblock, readBtrfsSuperblock, type TreeRoot } from '#formats/filesystem/btrfs/btrfs-superblock';
import { itemsFrom, itemUpTo, type ReadNode } from '#formats/filesystem/btrfs/btrfs-tree';
import { CachedBlocks } from '#formats/filesystem/cached-blocks';
import type { ByteSource } from '#units/byte-source';

/** Opens a Btrfs of one device (or of several with all on each) for browsing; its root is the default subvolume. Throws ImageFault. */
export function openBtrfs(source: ByteSource): BrowsedFileSystem {
  return new Btrfs(source, readBtrfsSuperblock(source));
}

const types = { inode: 1, folderItem: 84, folderIndex: 96, extent: 108, root: 132, chunk: 228 } as const;
/** The tree of files that is there first, the folder of names in the tree of trees, the root folder of each subvolume. */
const [topSubvolume, nameFolder, firstInode] = [5, 6, 256];
/** A file's number holds that of its subvolume: inodes stay far below this. */
const perSubvolume = 2 ** 40;

class Btrfs implements BrowsedFileSystem {
  readonly type = 'btrfs';
  readonly label: string | undefined;
  readonly uuid: string;
  readonly remarks: readonly string[];
  readonly root: number;
  readonly #source: ByteSource;
  readonly #chunks: ChunkMap;
  readonly #read: ReadNode;
  readonly #trees: TreeRoot;
  readonly #subvolumes = new Map<number, TreeRoot>();
  #unpacked: { readonly extent: string; readonly bytes: Buffer } | undefined;

  constructor(source: ByteSource, superblock: BtrfsSuperblock) {
    this.label = superblock.label;
    this.uuid = superblock.uuid;
    this.remarks = [
      ...(superblock.hasLog
        ? [
            'it was not unmounted: what programs had just put on disk stands in its log, which is not read here; the newest may be missing',
          ]
        : []),
      ...(superblock.devices > 1 ? [`it spans ${superblock.devices} devices, of which one is read`] : []),
    ];
    this.#source = source;
    this.#chunks = new ChunkMap(superblock.device);
    const nodes = new CachedBlocks(source, superblock.nodeSize);
    this.#read = address => nodes.at(this.#chunks.find(address).at, `the node at address ${address}`);
    this.#trees = superblock.root;
    this.#readChunks(superblock);
    this.root = this.#idOf(this.#defaultSubvolume(), firstInode);
  }

  stat(file: number): FileStat {
    const { tree, inode } = this.#place(file);
    const item = itemUpTo(this.#read, tree, { object: inode, type: types.inode, offset: 0 });
    if (item?.object !== inode || item.type !== types.inode || item.data.length < 160)
      throw new ImageFault('malformed', `there is no inode ${inode}`);
    const { data } = item;
    const mode = data.readUInt32LE(52);
    const kind = kindOfMode(mode);
    const size = littleEndian64(data, 16);
    if (kind === undefined || !Number.isSafeInteger(size))
      throw new ImageFault('malformed', `inode ${inode} cannot be`);
    const modified = littleEndian64(data, 136);
    return {
      file,
      kind,
      mode: mode & 0o7777,
      uid: data.readUInt32LE(44),
      gid: data.readUInt32LE(48),
      links: data.readUInt32LE(40),
      size,
      modified: modified >= 2 ** 63 ? modified - 2 ** 64 : modified,
    };
  }

  *entries(folder: number): Generator<FolderEntry> {
    const { tree, inode, subvolume } = this.#place(folder);
    let left = mostEntries;
    for (const { data } of itemsFrom(this.#read, tree, { object: inode, type: types.folderIndex, offset: 0 })) {
      const nameLength = data.length < 30 ? 0 : data.readUInt16LE(27);
      if (nameLength === 0 || 30 + nameLength > data.length)
        throw new ImageFault('malformed', 'an entry of a folder cannot be');
      if (--left < 0) throw new ImageFault('malformed', `a folder has more than ${mostEntries} names`);
      const name = data.toString('utf8', 30, 30 + nameLength);
      const object = littleEndian64(data, 0);
      yield {
        name,
        file: data.readUInt8(8) === types.root ? this.#idOf(object, firstInode) : this.#idOf(subvolume, object),
      };
    }
  }

  readInto(file: number, target: Uint8Array, at: number): number {
    const { tree, inode } = this.#place(file);
    const length = Math.max(0, Math.min(target.length, this.stat(file).size - at));
    let done = 0;
    while (done < length) {
      const here = at + done;
      const item = itemUpTo(this.#read, tree, { object: inode, type: types.extent, offset: here });
      const extent = item?.object === inode && item.type === types.extent ? parseExtent(item) : undefined;
      const isWithin = extent !== undefined && here < extent.start + extent.length;
      const end = isWithin ? extent.start + extent.length : this.#nextExtent(tree, inode, here);
      const piece = target.subarray(done, done + Math.min(length - done, end - here));
      if (isWithin) this.#fill(extent, here - extent.start, piece);
      else piece.fill(0);
      done += piece.length;
    }
    return length;
  }

  readLink(link: number): string {
    const { size } = this.stat(link);
    if (size > longestLink) throw new ImageFault('malformed', `a symbolic link of ${size} bytes`);
    const target = Buffer.alloc(size);
    return target.toString('utf8', 0, this.readInto(link, target, 0));
  }

  subvolume(name: string): number | undefined {
    if (/^\d+$/.test(name)) {
      const number = name === '0' ? topSubvolume : Number(name);
      return this.#rootOf(number) === undefined ? undefined : this.#idOf(number, firstInode);
    }
    let folder = this.#idOf(topSubvolume, firstInode);
    for (const part of name.split('/').filter(each => each !== '')) {
      let found: number | undefined;
      for (const entry of this.entries(folder)) if (entry.name === part) found = entry.file;
      if (found === undefined) return undefined;
      folder = found;
    }
    return folder;
  }

  #readChunks({ systemChunks, chunkRoot }: BtrfsSuperblock): void {
    for (let place = 0; place + 17 + 48 <= systemChunks.length; )
      place += 17 + this.#chunks.add(littleEndian64(systemChunks, place + 9), systemChunks.subarray(place + 17));
    const found = [...itemsFrom(this.#read, chunkRoot, { object: 256, type: types.chunk, offset: 0 })];
    for (const { offset, data } of found) this.#chunks.add(offset, data);
  }

  #defaultSubvolume(): number {
    for (const { data } of itemsFrom(this.#read, this.#trees, {
      object: nameFolder,
      type: types.folderItem,
      offset: 0,
    }))
      if (data.length >= 37 && data.toString('latin1', 30, 37) === 'default') return littleEndian64(data, 0);
    return topSubvolume;
  }

  #rootOf(subvolume: number): TreeRoot | undefined {
    const known = this.#subvolumes.get(subvolume);
    if (known !== undefined) return known;
    const [item] = itemsFrom(this.#read, this.#trees, { object: subvolume, type: types.root, offset: 0 });
    if (item === undefined || item.data.length < 239) return undefined;
    const root = { address: littleEndian64(item.data, 176), level: item.data.readUInt8(238) };
    this.#subvolumes.set(subvolume, root);
    return root;
  }

  #idOf(subvolume: number, inode: number): number {
    const id = subvolume * perSubvolume + inode;
    if (inode >= perSubvolume || !Number.isSafeInteger(id))
      throw new ImageFault('malformed', `inode ${inode} of subvolume ${subvolume} cannot be`);
    return id;
  }

  #place(file: number): { readonly tree: TreeRoot; readonly inode: number; readonly subvolume: number } {
    const subvolume = Math.floor(file / perSubvolume);
    const tree = this.#rootOf(subvolume);
    if (tree === undefined) throw new ImageFault('malformed', `there is no subvolume ${subvolume}`);
    return { tree, inode: file - subvolume * perSubvolume, subvolume };
  }

  #nextExtent(tree: TreeRoot, inode: number, at: number): number {
    for (const { offset } of itemsFrom(this.#read, tree, { object: inode, type: types.extent, offset: at }))
      if (offset > at) return offset;
    return Number.MAX_SAFE_INTEGER;
  }

  #fill(extent: FileExtent, skip: number, piece: Uint8Array): void {
    const { inline, packing, address, stored } = extent;
    if (packing !== 0 && (inline !== undefined || address !== 0)) {
      const key = `${address}:${stored}:${extent.start}`;
      const isKept = inline === undefined && this.#unpacked?.extent === key;
      const bytes =
        isKept && this.#unpacked !== undefined
          ? this.#unpacked.bytes
          : unpackExtent(inline ?? this.#bytes(address, stored), extent);
      if (inline === undefined) this.#unpacked = { extent: key, bytes };
      piece.set(bytes.subarray(extent.skip + skip, extent.skip + skip + piece.length));
    } else if (inline !== undefined) piece.set(inline.subarray(skip, skip + piece.length));
    else if (address === 0) piece.fill(0);
    else this.#readAt(address + extent.skip + skip, piece);
  }

  #bytes(address: number, length: number): Buffer {
    const { at, length: room } = this.#chunks.find(address);
    if (room < length) throw new ImageFault('malformed', 'a stretch of a file ends behind its chunk', at);
    return bytesAt(this.#source, at, length, 'a stretch of a file');
  }

  #readAt(address: number, piece: Uint8Array): void {
    for (let done = 0; done < piece.length; ) {
      const { at, length } = this.#chunks.find(address + done);
      const part = piece.subarray(done, done + Math.min(length, piece.length - done));
      if (this.#source.readInto(part, at) < part.length)
        throw new ImageFault('cut-short', 'a file goes on behind the end of its file system', at);
      done += part.length;
    }
  }
}
