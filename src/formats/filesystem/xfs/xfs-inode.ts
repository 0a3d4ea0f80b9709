import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64 } from '#formats/disk/read-bytes';
import { type FileStat, kindOfMode } from '#formats/filesystem/browsed-file-system';
import type { CachedBlocks } from '#formats/filesystem/cached-blocks';
import { byteOfBlock, type XfsSuperblock } from '#formats/filesystem/xfs/xfs-superblock';

/** An inode (linux: fs/xfs/libxfs/xfs_format.h, struct xfs_dinode). */
export interface XfsInode {
  readonly stat: FileStat;
  /** How its data fork is kept: in the inode, as a list of extents, as a tree of them. */
  readonly form: 'local' | 'extents' | 'tree' | 'other';
  readonly fork: Buffer;
  readonly extents: number;
  readonly isRealtime: boolean;
  /** Byte of the file system at which it stands. */
  readonly at: number;
}

const forms: Readonly<Record<number, XfsInode['form']>> = { 1: 'local', 2: 'extents', 3: 'tree' };
const [bigTimes, wideExtents] = [0x8, 0x10];

/** Takes the superblock and a reader of blocks; gives a reader of inodes by number. Throws ImageFault for a number that there is not, and a free inode. */
export function inodeReader(superblock: XfsSuperblock, blocks: CachedBlocks): (number: number) => XfsInode {
  const { inodeBits, inodeSize } = superblock;
  return number => {
    if (!Number.isSafeInteger(number) || number < 1) throw new ImageFault('malformed', `there is no inode ${number}`);
    const block = Math.floor(number / 2 ** inodeBits);
    const index = number - block * 2 ** inodeBits;
    const at = byteOfBlock(superblock, block, `inode ${number}`);
    const start = index * inodeSize;
    return parseInode(
      superblock,
      number,
      blocks.at(at, `inode ${number}`).subarray(start, start + inodeSize),
      at + start,
    );
  };
}

function parseInode(superblock: XfsSuperblock, number: number, bytes: Buffer, at: number): XfsInode {
  if (bytes.readUInt16BE(0) !== 0x494e)
    throw new ImageFault('malformed', `there is no inode ${number} where it should be`, at);
  const version = bytes.readUInt8(4);
  if (version < 1 || version > 3 || (version === 3) !== superblock.isFive)
    throw new ImageFault('malformed', `inode ${number} is of version ${version}`, at + 4);
  const mode = bytes.readUInt16BE(2);
  const kind = kindOfMode(mode);
  if (kind === undefined)
    throw new ImageFault('malformed', `inode ${number} is of no kind: 0${mode.toString(8)}`, at + 2);
  const start = version === 3 ? 176 : 100;
  const end = bytes.readUInt8(82) === 0 ? bytes.length : start + bytes.readUInt8(82) * 8;
  if (end > bytes.length) throw new ImageFault('malformed', `the data of inode ${number} end behind it`, at + 82);
  // the lower half of a word of 64 bits
  const flags2 = version === 3 ? bytes.readUInt32BE(124) : 0;
  const size = bigEndian64(bytes, 56);
  if (!Number.isSafeInteger(size)) throw new ImageFault('malformed', 'a file is larger than any can be', at + 56);
  return {
    stat: {
      file: number,
      kind,
      mode: mode & 0o7777,
      uid: bytes.readUInt32BE(8),
      gid: bytes.readUInt32BE(12),
      links: version === 1 ? bytes.readUInt16BE(6) : bytes.readUInt32BE(16),
      size,
      // nanoseconds since 1901 instead of seconds since 1970
      modified: (flags2 & bigTimes) === 0 ? bytes.readInt32BE(40) : Math.floor(bigEndian64(bytes, 40) / 1e9) - 2 ** 31,
    },
    form: forms[bytes.readUInt8(5)] ?? 'other',
    fork: bytes.subarray(start, end),
    extents: (flags2 & wideExtents) === 0 ? bytes.readUInt32BE(76) : bigEndian64(bytes, 24),
    isRealtime: (bytes.readUInt16BE(90) & 1) !== 0,
    at,
  };
}
