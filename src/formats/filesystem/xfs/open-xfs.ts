import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import {
  type BrowsedFileSystem,
  type FolderEntry,
  longestLink,
  mostEntries,
  mostFolderBlocks,
} from '#formats/filesystem/browsed-file-system';
import { CachedBlocks } from '#formats/filesystem/cached-blocks';
import { readMapped, runsOf } from '#formats/filesystem/read-mapped';
import { namesInBlock, namesInInode } from '#formats/filesystem/xfs/xfs-folder';
import { inodeReader, type XfsInode } from '#formats/filesystem/xfs/xfs-inode';
import { logRemark } from '#formats/filesystem/xfs/xfs-log';
import { blockMapOf } from '#formats/filesystem/xfs/xfs-map';
import { readXfsSuperblock, type XfsSuperblock } from '#formats/filesystem/xfs/xfs-superblock';
import type { ByteSource } from '#units/byte-source';

/** Opens an XFS for browsing. Throws ImageFault. */
export function openXfs(source: ByteSource): BrowsedFileSystem {
  return new Xfs(source, readXfsSuperblock(source));
}

/** Bytes of a folder's address space that hold names; tables for finding them come behind (XFS_DIR2_LEAF_OFFSET). */
const namesEnd = 2 ** 35;

class Xfs implements BrowsedFileSystem {
  readonly type = 'xfs';
  readonly label: string | undefined;
  readonly uuid: string;
  readonly remarks: readonly string[];
  readonly root: number;
  readonly #source: ByteSource;
  readonly #superblock: XfsSuperblock;
  readonly #blocks: CachedBlocks;
  readonly #inode: (number: number) => XfsInode;

  constructor(source: ByteSource, superblock: XfsSuperblock) {
    this.label = superblock.label;
    this.uuid = superblock.uuid;
    this.root = superblock.root;
    const remark = logRemark(source, superblock);
    this.remarks = [
      ...(remark === undefined ? [] : [remark]),
      ...(superblock.needsRepair ? ['it is marked as needing repair by xfs_repair'] : []),
    ];
    this.#source = source;
    this.#superblock = superblock;
    this.#blocks = new CachedBlocks(source, superblock.blockSize);
    this.#inode = inodeReader(superblock, this.#blocks);
  }

  stat(file: number) {
    return this.#inode(file).stat;
  }

  *entries(folder: number): Generator<FolderEntry> {
    const inode = this.#inode(folder);
    const { hasKinds, blockSize, folderBlock } = this.#superblock;
    if (inode.form === 'local') {
      yield* namesInInode(inode.fork, hasKinds, inode.at);
      return;
    }
    const map = blockMapOf(this.#superblock, inode, this.#blocks);
    const end = Math.ceil(Math.min(inode.stat.size, namesEnd) / blockSize);
    const perPiece = folderBlock / blockSize;
    let left = mostEntries;
    let blocksLeft = mostFolderBlocks;
    for (const { block, count } of runsOf(map, end, mostFolderBlocks)) {
      // a block of a folder may be several of the file system, and these in several runs: it is read where its first one is met
      for (let first = Math.ceil(block / perPiece) * perPiece; first < block + count; first += perPiece) {
        if (--blocksLeft < 0) throw new ImageFault('malformed', 'a folder has too many blocks', inode.at);
        const piece = Buffer.alloc(folderBlock);
        readMapped(this.#source, map, blockSize, namesEnd, piece, first * blockSize);
        for (const entry of namesInBlock(piece, hasKinds, inode.at)) {
          if (--left < 0) throw new ImageFault('malformed', `a folder has more than ${mostEntries} names`, inode.at);
          yield entry;
        }
      }
    }
  }

  readInto(file: number, target: Uint8Array, at: number): number {
    const inode = this.#inode(file);
    const map = blockMapOf(this.#superblock, inode, this.#blocks);
    return readMapped(this.#source, map, this.#superblock.blockSize, inode.stat.size, target, at);
  }

  readLink(link: number): string {
    const inode = this.#inode(link);
    const { size } = inode.stat;
    if (size > longestLink) throw new ImageFault('malformed', `a symbolic link of ${size} bytes`, inode.at);
    if (inode.form === 'local') return inode.fork.toString('utf8', 0, size);
    const { isFive, blockSize } = this.#superblock;
    const map = blockMapOf(this.#superblock, inode, this.#blocks);
    let text = '';
    for (const run of runsOf(map, Math.ceil((longestLink * 2) / blockSize), longestLink)) {
      const bytes = bytesAt(this.#source, run.at, run.count * blockSize, 'a symbolic link');
      // version 5 puts a head before each piece
      if (isFive && bytes.toString('latin1', 0, 4) !== 'XSLM')
        throw new ImageFault('malformed', 'there is no symbolic link', run.at);
      text += bytes.toString('latin1', isFive ? 56 : 0);
      if (text.length >= size) break;
    }
    return Buffer.from(text.slice(0, size), 'latin1').toString('utf8');
  }
}
