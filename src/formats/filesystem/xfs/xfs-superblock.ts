import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';
import { paddedText, uuidText } from '#formats/filesystem/browsed-file-system';
import type { ByteSource } from '#units/byte-source';

/** What of the superblock of XFS is needed to read files (xfs-documentation: XFS Algorithms & Data Structures, Superblocks; linux: fs/xfs/libxfs/xfs_format.h). */
export interface XfsSuperblock {
  readonly label: string | undefined;
  readonly uuid: string;
  /** Version 5 has checksums and larger headers. */
  readonly isFive: boolean;
  readonly blockSize: number;
  readonly blocks: number;
  readonly groups: number;
  readonly groupBlocks: number;
  /** Bits of a block's number within its group, and of an inode's number within its block. */
  readonly groupBits: number;
  readonly inodeBits: number;
  readonly inodeSize: number;
  readonly sectorSize: number;
  readonly root: number;
  /** Bytes of a block of a folder. */
  readonly folderBlock: number;
  /** Whether entries of folders tell what they lead to. */
  readonly hasKinds: boolean;
  /** Block of the log within the file system; undefined: it stands on another device. */
  readonly log: number | undefined;
  readonly logBlocks: number;
  readonly needsRepair: boolean;
}

/** ftype, spinodes, meta_uuid, bigtime, needsrepair, nrext64, exchrange, parent */
const known = 0xff;

/** Tells whether a source holds an XFS. */
export function isXfs(source: ByteSource): boolean {
  const magic = new Uint8Array(4);
  return source.readInto(magic, 0) === 4 && String.fromCharCode(...magic) === 'XFSB';
}

/** Reads the superblock. Throws ImageFault: not-this-format, malformed, unsupported. */
export function readXfsSuperblock(source: ByteSource): XfsSuperblock {
  const block = bytesAt(source, 0, 512, 'the superblock');
  if (block.toString('latin1', 0, 4) !== 'XFSB')
    throw new ImageFault('not-this-format', 'there is no superblock of XFS', 0);
  const version = block.readUInt16BE(100) & 15;
  if (version !== 4 && version !== 5) throw new ImageFault('unsupported', `version ${version} of XFS is not read`, 100);
  const isFive = version === 5;
  const needed = isFive ? block.readUInt32BE(216) : 0;
  if ((needed & ~known) !== 0)
    throw new ImageFault(
      'unsupported',
      `the file system has features that are not read: incompat 0x${(needed & ~known).toString(16)}`,
      216,
    );
  const blockSize = block.readUInt32BE(4);
  const log = bigEndian64(block, 48);
  const superblock: XfsSuperblock = {
    label: paddedText(block.subarray(108, 120)),
    uuid: uuidText(block.subarray(32)),
    isFive,
    blockSize,
    blocks: bigEndian64(block, 8),
    groups: block.readUInt32BE(88),
    groupBlocks: block.readUInt32BE(84),
    groupBits: block.readUInt8(124),
    inodeBits: block.readUInt8(123),
    inodeSize: block.readUInt16BE(104),
    sectorSize: block.readUInt16BE(102),
    root: bigEndian64(block, 56),
    folderBlock: blockSize * 2 ** block.readUInt8(192),
    hasKinds: isFive ? (needed & 1) !== 0 : (block.readUInt32BE(200) & 0x200) !== 0,
    log: log === 0 ? undefined : log,
    logBlocks: block.readUInt32BE(96),
    needsRepair: (needed & 0x10) !== 0,
  };
  refuseImpossible(superblock);
  return superblock;
}

function refuseImpossible(found: XfsSuperblock): void {
  const refuse = (what: string, at: number): never => {
    throw new ImageFault('malformed', `${what} cannot be`, at);
  };
  const isPower = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;
  if (!isPower(found.blockSize) || found.blockSize < 512 || found.blockSize > 65_536)
    refuse(`blocks of ${found.blockSize} bytes`, 4);
  if (!isPower(found.inodeSize) || found.inodeSize < 256 || found.inodeSize > 2048 || found.inodeSize > found.blockSize)
    refuse(`inodes of ${found.inodeSize} bytes`, 104);
  if (found.blockSize / found.inodeSize !== 2 ** found.inodeBits)
    refuse(`${found.inodeBits} bits of an inode's number`, 123);
  if (found.groups === 0 || found.groupBlocks === 0 || found.groupBits > 31 || found.groupBlocks > 2 ** found.groupBits)
    refuse('its allocation groups', 84);
  if (found.folderBlock > 65_536) refuse(`blocks of folders of ${found.folderBlock} bytes`, 192);
  if (
    found.blocks === 0 ||
    found.blocks > found.groups * found.groupBlocks ||
    !Number.isSafeInteger(found.blocks * found.blockSize)
  )
    refuse('its size', 8);
}

/** Gives the byte at which a block stands, whose number holds the group and the block within it. Throws ImageFault for one that there is not. */
export function byteOfBlock(superblock: XfsSuperblock, number: number, what: string): number {
  const { groupBits, groupBlocks, groups, blockSize } = superblock;
  const group = Math.floor(number / 2 ** groupBits);
  const block = number - group * 2 ** groupBits;
  if (group >= groups || block >= groupBlocks)
    throw new ImageFault('malformed', `${what} is said to be in block ${number}, which there is not`);
  return (group * groupBlocks + block) * blockSize;
}
