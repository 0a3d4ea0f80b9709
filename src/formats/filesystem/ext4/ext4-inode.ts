import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { type FileStat, kindOfMode } from '#formats/filesystem/browsed-file-system';
import type { CachedBlocks } from '#formats/filesystem/cached-blocks';
import type { Ext4Superblock } from '#formats/filesystem/ext4/ext4-superblock';

/** An inode (linux: Documentation/filesystems/ext4/inodes.rst). */
export interface Ext4Inode {
  readonly stat: FileStat;
  readonly flags: number;
  /** Its sixty bytes that hold an extent tree, block numbers, or a short text. */
  readonly body: Buffer;
  /** What stands in the inode behind its fields: extended attributes. */
  readonly attributes: Buffer;
  /** Byte of the file system at which it stands. */
  readonly at: number;
}

export const inodeFlags = { encrypted: 0x800, extents: 0x8_0000, inline: 0x1000_0000, compressed: 0x4 } as const;

/** Finds inodes by their numbers. */
type InodeReader = (number: number) => Ext4Inode;

/** Takes the superblock and a reader of blocks; gives a reader of inodes. Throws ImageFault for a number that there is not, and a free inode. */
export function inodeReader(superblock: Ext4Superblock, blocks: CachedBlocks): InodeReader {
  const { inodes, inodesPerGroup, inodeSize, blockSize } = superblock;
  return number => {
    if (number < 1 || number > inodes) throw new ImageFault('malformed', `there is no inode ${number}`);
    const group = Math.floor((number - 1) / inodesPerGroup);
    const table = inodeTable(superblock, blocks, group);
    const at = table * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
    const inBlock = at % blockSize;
    const block = blocks.at(at - inBlock, `inode ${number}`);
    return parseInode(number, block.subarray(inBlock, inBlock + inodeSize), at);
  };
}

/** Gives the block at which the inodes of a group begin. */
function inodeTable(superblock: Ext4Superblock, blocks: CachedBlocks, group: number): number {
  const { blockSize, descriptorSize, firstBlock } = superblock;
  const perBlock = Math.floor(blockSize / descriptorSize);
  const index = Math.floor(group / perBlock);
  const at = descriptorBlock(superblock, index, perBlock) * blockSize;
  const descriptor = blocks.at(at, `the descriptor of group ${group}`).subarray((group % perBlock) * descriptorSize);
  const table = descriptor.readUInt32LE(8) + (descriptorSize >= 64 ? descriptor.readUInt32LE(40) * 0x1_0000_0000 : 0);
  if (table <= firstBlock || table >= superblock.blocks)
    throw new ImageFault('malformed', `the inodes of group ${group} are said to begin at block ${table}`, at);
  return table;
}

/** Gives the block of the descriptors of one number (linux: fs/ext4/super.c, descriptor_loc). */
function descriptorBlock(superblock: Ext4Superblock, index: number, perBlock: number): number {
  const { firstBlock, firstMetaGroup, blocksPerGroup, blockSize } = superblock;
  if (firstMetaGroup === undefined || index < firstMetaGroup)
    return firstBlock + index + 1 + (blockSize === 1024 && firstBlock === 0 ? 1 : 0);
  const group = index * perBlock;
  const copy = hasCopy(superblock, group) || (blockSize === 1024 && group === 0 && firstBlock === 0) ? 1 : 0;
  return firstBlock + group * blocksPerGroup + copy;
}

/** Whether a group begins with a copy of the superblock. */
function hasCopy({ isSparse, backupGroups }: Ext4Superblock, group: number): boolean {
  if (group === 0) return true;
  if (backupGroups !== undefined) return backupGroups.includes(group);
  if (group <= 1 || !isSparse) return true;
  return [3, 5, 7].some(base => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}

function parseInode(number: number, bytes: Buffer, at: number): Ext4Inode {
  const mode = bytes.readUInt16LE(0);
  const kind = kindOfMode(mode);
  if (kind === undefined) throw new ImageFault('malformed', `inode ${number} is of no kind: 0${mode.toString(8)}`, at);
  const extra = bytes.length > 128 ? bytes.readUInt16LE(128) : 0;
  const hasWideTimes = extra >= 12 && bytes.length >= 140;
  return {
    stat: {
      file: number,
      kind,
      mode: mode & 0o7777,
      uid: bytes.readUInt16LE(2) + bytes.readUInt16LE(120) * 65_536,
      gid: bytes.readUInt16LE(24) + bytes.readUInt16LE(122) * 65_536,
      links: bytes.readUInt16LE(26),
      size: safeSize(bytes, kind === 'file' || kind === 'folder', at),
      // two bits more, so that it counts on beyond 2038
      modified: bytes.readInt32LE(16) + (hasWideTimes ? (bytes.readUInt32LE(136) & 3) * 0x1_0000_0000 : 0),
    },
    flags: bytes.readUInt32LE(32),
    body: bytes.subarray(40, 100),
    attributes: bytes.length > 128 ? bytes.subarray(Math.min(128 + extra, bytes.length)) : bytes.subarray(128),
    at,
  };
}

/** Above 4 GiB only files and, with largedir, folders go. */
function safeSize(bytes: Buffer, isWide: boolean, at: number): number {
  if (!isWide) return bytes.readUInt32LE(4);
  const joined = bytes.readUInt32LE(4) + bytes.readUInt32LE(108) * 0x1_0000_0000;
  if (!Number.isSafeInteger(joined)) throw new ImageFault('malformed', 'a file is larger than any can be', at + 108);
  return joined;
}

/** Gives the value of the attribute `system.data`, in which the rest of a short file stands; undefined where there is none. */
export function inlineRest({ attributes, at }: Ext4Inode): Buffer | undefined {
  if (attributes.length < 4 || attributes.readUInt32LE(0) !== 0xea02_0000) return undefined;
  const entries = attributes.subarray(4);
  for (let place = 0; place + 16 <= entries.length && entries.readUInt32LE(place) !== 0; ) {
    const nameLength = entries.readUInt8(place);
    const name = entries.toString('latin1', place + 16, place + 16 + nameLength);
    if (entries.readUInt8(place + 1) === 7 && name === 'data') {
      const start = entries.readUInt16LE(place + 2);
      const length = entries.readUInt32LE(place + 8);
      if (start + length > entries.length)
        throw new ImageFault('malformed', 'what stands in the inode ends behind it', at);
      return entries.subarray(start, start + length);
    }
    place += 16 + ((nameLength + 3) & ~3);
  }
  return undefined;
}
