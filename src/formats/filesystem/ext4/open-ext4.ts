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
import { namesInBlock } from '#formats/filesystem/ext4/ext4-folder';
import { type Ext4Inode, inlineRest, inodeFlags, inodeReader } from '#formats/filesystem/ext4/ext4-inode';
import { replayedJournal } from '#formats/filesystem/ext4/ext4-journal';
import { blockMapOf } from '#formats/filesystem/ext4/ext4-map';
import { type Ext4Superblock, readExt4Superblock } from '#formats/filesystem/ext4/ext4-superblock';
import { readMapped, runsOf } from '#formats/filesystem/read-mapped';
import type { ByteSource } from '#units/byte-source';

/** Opens an ext2, ext3 or ext4 file system for browsing. Changes that stand in its journal alone are read from there. Throws ImageFault. */
export function openExt4(source: ByteSource): BrowsedFileSystem {
  const superblock = readExt4Superblock(source);
  if (!superblock.needsRecovery) return new Ext4(source, superblock, []);
  const { replayed, remark } = replayedJournal(source, superblock);
  // the journal may hold a newer superblock
  return new Ext4(replayed, readExt4Superblock(replayed), [remark]);
}

class Ext4 implements BrowsedFileSystem {
  readonly type: string;
  readonly label: string | undefined;
  readonly uuid: string;
  readonly remarks: readonly string[];
  readonly root = 2;
  readonly #source: ByteSource;
  readonly #superblock: Ext4Superblock;
  readonly #blocks: CachedBlocks;
  readonly #inode: (number: number) => Ext4Inode;

  constructor(source: ByteSource, superblock: Ext4Superblock, remarks: readonly string[]) {
    this.type = superblock.type;
    this.label = superblock.label;
    this.uuid = superblock.uuid;
    this.remarks = superblock.hasErrors
      ? [...remarks, 'it is marked as holding errors: e2fsck has not put them right']
      : remarks;
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
    refuseEncrypted(inode);
    const { size } = inode.stat;
    if ((inode.flags & inodeFlags.inline) !== 0) {
      // the number of the folder above stands where `.` and `..` would
      yield* namesInBlock(inode.body.subarray(4, Math.max(4, Math.min(60, size))), inode.at + 44);
      const rest = inlineRest(inode);
      if (rest !== undefined && size > 60) yield* namesInBlock(rest, inode.at);
      return;
    }
    const blockSize = this.#superblock.blockSize;
    let left = mostEntries;
    let blocksLeft = mostFolderBlocks;
    for (const run of runsOf(this.#map(inode), Math.ceil(size / blockSize), mostFolderBlocks)) {
      for (let index = 0; index < run.count; index++) {
        const at = run.at + index * blockSize;
        if (--blocksLeft < 0) throw new ImageFault('malformed', 'a folder has too many blocks', at);
        for (const entry of namesInBlock(bytesAt(this.#source, at, blockSize, 'a block of a folder'), at)) {
          if (--left < 0) throw new ImageFault('malformed', `a folder has more than ${mostEntries} names`, at);
          yield entry;
        }
      }
    }
  }

  readInto(file: number, target: Uint8Array, at: number): number {
    const inode = this.#inode(file);
    refuseEncrypted(inode);
    const { size } = inode.stat;
    if ((inode.flags & inodeFlags.inline) !== 0) {
      const whole = inlineBytes(inode);
      const piece = whole.subarray(Math.min(at, size), Math.min(size, at + target.length));
      target.set(piece);
      return piece.length;
    }
    return readMapped(this.#source, this.#map(inode), this.#superblock.blockSize, size, target, at);
  }

  readLink(link: number): string {
    const inode = this.#inode(link);
    refuseEncrypted(inode);
    const { size } = inode.stat;
    if (size > longestLink) throw new ImageFault('malformed', `a symbolic link of ${size} bytes`, inode.at);
    // a short one stands in the inode
    if (size < 60 && (inode.flags & (inodeFlags.inline | inodeFlags.extents)) === 0)
      return inode.body.toString('utf8', 0, size);
    const target = Buffer.alloc(size);
    this.readInto(link, target, 0);
    return target.toString('utf8');
  }

  #map(inode: Ext4Inode) {
    return blockMapOf(inode, this.#blocks, this.#superblock.blocks);
  }
}

/** Gives the content of a file that stands in its inode; what is not there is zeroes. */
function inlineBytes(inode: Ext4Inode): Buffer {
  const { size } = inode.stat;
  const rest = inlineRest(inode);
  const whole = rest === undefined ? inode.body : Buffer.concat([inode.body, rest]);
  if (size > whole.length)
    throw new ImageFault('malformed', `a file of ${size} bytes stands in ${whole.length}`, inode.at);
  return whole.subarray(0, size);
}

function refuseEncrypted({ flags, stat, at }: Ext4Inode): void {
  if ((flags & inodeFlags.encrypted) !== 0) throw new ImageFault('unsupported', `inode ${stat.file} is encrypted`, at);
  if ((flags & inodeFlags.compressed) !== 0)
    throw new ImageFault('unsupported', `inode ${stat.file} is compressed`, at);
}
