import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import { paddedText, uuidText } from '#formats/filesystem/browsed-file-system';
import type { ByteSource } from '#units/byte-source';

/** What of the superblock of ext2, ext3 and ext4 is needed to read files (linux: Documentation/filesystems/ext4/super.rst). */
export interface Ext4Superblock {
  readonly type: 'ext2' | 'ext3' | 'ext4';
  readonly label: string | undefined;
  readonly uuid: string;
  readonly inodes: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
  readonly inodesPerGroup: number;
  readonly inodeSize: number;
  readonly descriptorSize: number;
  /** Groups whose descriptors stand in one place after the superblock count in blocks of descriptors; the rest stand within their own groups. */
  readonly firstMetaGroup: number | undefined;
  readonly isSparse: boolean;
  /** Groups that hold copies of the superblock, with sparse_super2. */
  readonly backupGroups: readonly number[] | undefined;
  readonly needsRecovery: boolean;
  /** Inode of the journal; undefined: none, or on another device. */
  readonly journal: number | undefined;
  readonly hasErrors: boolean;
}

/** Byte of the file system at which the superblock stands. */
const place = 1024;

const [journalBit, sparse2Bit] = [0x4, 0x200];
const incompat = {
  compression: 0x1,
  recover: 0x4,
  journalDevice: 0x8,
  metaGroups: 0x10,
  extents: 0x40,
  wide: 0x80,
} as const;
/** filetype, recover, meta_bg, extents, 64bit, mmp, flex_bg, ea_inode, csum_seed, largedir, inline_data, encrypt, casefold */
const known = 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x1_0000 | 0x2_0000;
/** Bits of ro_compat that ext3 has: anything more makes it ext4, as blkid tells them apart. */
const [ext3Incompat, ext3ReadOnly] = [0x2 | 0x4 | 0x10, 0x1 | 0x2 | 0x4];

/** Tells whether a source holds an ext file system. */
export function isExt4(source: ByteSource): boolean {
  const magic = new Uint8Array(2);
  return source.size >= 2048 && source.readInto(magic, place + 56) === 2 && magic[0] === 0x53 && magic[1] === 0xef;
}

/** Reads the superblock. Throws ImageFault: not-this-format, malformed, unsupported. */
export function readExt4Superblock(source: ByteSource): Ext4Superblock {
  const block = bytesAt(source, place, 1024, 'the superblock');
  if (block.readUInt16LE(56) !== 0xef53)
    throw new ImageFault('not-this-format', 'there is no superblock of ext', place);
  const [compatible, needed, readOnly] = [block.readUInt32LE(92), block.readUInt32LE(96), block.readUInt32LE(100)];
  if ((needed & incompat.journalDevice) !== 0)
    throw new ImageFault('unsupported', 'this is the journal of another file system', place);
  const strange = needed & ~known;
  if (strange !== 0)
    throw new ImageFault(
      'unsupported',
      `the file system has features that are not read: incompat 0x${strange.toString(16)}`,
      place + 96,
    );
  const isWide = (needed & incompat.wide) !== 0;
  const shift = block.readUInt32LE(24);
  const isOld = block.readUInt32LE(76) === 0;
  const hasJournal = (compatible & journalBit) !== 0;
  const journal = block.readUInt32LE(224);
  const superblock: Ext4Superblock = {
    type: (needed & ~ext3Incompat) !== 0 || (readOnly & ~ext3ReadOnly) !== 0 ? 'ext4' : hasJournal ? 'ext3' : 'ext2',
    label: paddedText(block.subarray(120, 136)),
    uuid: uuidText(block.subarray(104)),
    inodes: block.readUInt32LE(0),
    blocks: block.readUInt32LE(4) + (isWide ? block.readUInt32LE(336) * 0x1_0000_0000 : 0),
    blockSize: shift > 6 ? 0 : 1024 << shift,
    firstBlock: block.readUInt32LE(20),
    blocksPerGroup: block.readUInt32LE(32),
    inodesPerGroup: block.readUInt32LE(40),
    inodeSize: isOld ? 128 : block.readUInt16LE(88),
    descriptorSize: isWide ? block.readUInt16LE(254) : 32,
    firstMetaGroup: (needed & incompat.metaGroups) === 0 ? undefined : block.readUInt32LE(260),
    isSparse: (readOnly & 1) !== 0,
    backupGroups: (compatible & sparse2Bit) === 0 ? undefined : [block.readUInt32LE(588), block.readUInt32LE(592)],
    needsRecovery: (needed & incompat.recover) !== 0,
    journal: hasJournal && journal !== 0 ? journal : undefined,
    hasErrors: (block.readUInt16LE(58) & 2) !== 0,
  };
  refuseImpossible(superblock);
  return superblock;
}

function refuseImpossible(found: Ext4Superblock): void {
  const { blockSize, inodeSize, descriptorSize } = found;
  const refuse = (what: string, at: number): never => {
    throw new ImageFault('malformed', `${what} cannot be`, place + at);
  };
  if (blockSize === 0) refuse('its size of a block', 24);
  if (inodeSize < 128 || inodeSize > blockSize || (inodeSize & (inodeSize - 1)) !== 0)
    refuse(`inodes of ${inodeSize} bytes`, 88);
  if (descriptorSize < 32 || descriptorSize > 1024 || descriptorSize % 8 !== 0 || descriptorSize > blockSize)
    refuse(`descriptors of ${descriptorSize} bytes`, 254);
  if (found.blocksPerGroup === 0) refuse('its blocks per group', 32);
  if (found.inodesPerGroup === 0 || found.inodesPerGroup > blockSize * 8) refuse('its inodes per group', 40);
  if (found.blocks <= found.firstBlock || !Number.isSafeInteger(found.blocks * blockSize)) refuse('its size', 4);
  if (found.firstBlock > 1) refuse('its first block', 20);
}
