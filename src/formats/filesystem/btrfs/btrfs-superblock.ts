import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import { paddedText, uuidText } from '#formats/filesystem/browsed-file-system';
import type { ByteSource } from '#units/byte-source';

/** What of the superblock of Btrfs is needed to read files (btrfs.readthedocs.io: On-disk format; linux: include/uapi/linux/btrfs_tree.h). */
export interface BtrfsSuperblock {
  readonly label: string | undefined;
  readonly uuid: string;
  readonly nodeSize: number;
  readonly devices: number;
  /** The number of this device among those of the file system. */
  readonly device: number;
  /** Logical addresses and levels of the roots of the trees of trees and of chunks. */
  readonly root: TreeRoot;
  readonly chunkRoot: TreeRoot;
  /** Whether changes stand in its log of fsyncs. */
  readonly hasLog: boolean;
  /** Chunks that are needed to read the tree of chunks: key and item, one after the other. */
  readonly systemChunks: Buffer;
}

/** Where a tree begins. */
export interface TreeRoot {
  readonly address: number;
  readonly level: number;
}

const place = 65_536;
/** mixed_backref, default_subvol, mixed_groups, lzo, zstd, big_metadata, extended_iref, raid56, skinny_metadata, no_holes, metadata_uuid, raid1c34, simple_quota */
const known = 0x1_0fff;

/** Tells whether a source holds a Btrfs. */
export function isBtrfs(source: ByteSource): boolean {
  const magic = new Uint8Array(8);
  return source.readInto(magic, place + 64) === 8 && String.fromCharCode(...magic) === '_BHRfS_M';
}

/** Reads the superblock. Throws ImageFault: not-this-format, malformed, unsupported. */
export function readBtrfsSuperblock(source: ByteSource): BtrfsSuperblock {
  const block = bytesAt(source, place, 4096, 'the superblock');
  if (block.toString('latin1', 64, 72) !== '_BHRfS_M')
    throw new ImageFault('not-this-format', 'there is no superblock of Btrfs', place);
  const strange = littleEndian64(block, 188);
  if (strange > 0xffff_ffff || (strange & ~known) !== 0)
    throw new ImageFault(
      'unsupported',
      `the file system has features that are not read: incompat 0x${strange.toString(16)}`,
      place + 188,
    );
  const nodeSize = block.readUInt32LE(148);
  if (nodeSize < 4096 || nodeSize > 65_536 || (nodeSize & (nodeSize - 1)) !== 0)
    throw new ImageFault('malformed', `nodes of ${nodeSize} bytes cannot be`, place + 148);
  const length = block.readUInt32LE(160);
  if (length > 2048) throw new ImageFault('malformed', 'its list of system chunks cannot be', place + 160);
  return {
    label: paddedText(block.subarray(299, 555)),
    uuid: uuidText(block.subarray(32)),
    nodeSize,
    devices: littleEndian64(block, 136),
    device: littleEndian64(block, 201),
    root: { address: littleEndian64(block, 80), level: block.readUInt8(198) },
    chunkRoot: { address: littleEndian64(block, 88), level: block.readUInt8(199) },
    hasLog: littleEndian64(block, 96) !== 0,
    systemChunks: block.subarray(811, 811 + length),
  };
}
