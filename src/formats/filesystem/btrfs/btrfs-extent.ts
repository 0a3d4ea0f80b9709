import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { ImageFault } from '#formats/disk/image-fault';
import { littleEndian64 } from '#formats/disk/read-bytes';
import { decompressZstdFrame } from '#formats/disk/zstd/decompress-zstd';
import type { TreeItem } from '#formats/filesystem/btrfs/btrfs-tree';

/** A stretch of a file (linux: struct btrfs_file_extent_item). */
export interface FileExtent {
  /** Bytes of the file. */
  readonly start: number;
  readonly length: number;
  readonly packing: number;
  /** What stands in the tree itself, as it is or packed. */
  readonly inline: Buffer | undefined;
  /** Logical address, and how many bytes stand there; 0: a hole. */
  readonly address: number;
  readonly stored: number;
  /** Bytes of what stands there, unpacked, that come before this stretch. */
  readonly skip: number;
  /** Bytes of it, unpacked. */
  readonly unpacked: number;
}

/** Longest stretch that Btrfs packs as one. */
const longestPacked = 128 * 1024;

/** Reads an item that describes a stretch of a file. Throws ImageFault. */
export function parseExtent({ data, offset }: TreeItem): FileExtent {
  const refuse = (what: string): never => {
    throw new ImageFault('malformed', `a stretch of a file ${what}`);
  };
  if (data.length < 21) return refuse('is cut short');
  const [packing, kind] = [data.readUInt8(16), data.readUInt8(20)];
  const unpacked = littleEndian64(data, 8);
  if (data.readUInt8(17) !== 0) throw new ImageFault('unsupported', 'a file is encrypted');
  if (packing !== 0 && unpacked > longestPacked) return refuse(`unpacks to ${unpacked} bytes`);
  const common = { start: offset, packing, unpacked };
  if (kind === 0) {
    const inline = data.subarray(21);
    const length = packing === 0 ? inline.length : unpacked;
    return { ...common, length, inline, address: 0, stored: inline.length, skip: 0 };
  }
  if (kind > 2 || data.length < 53) return refuse('is of no known kind');
  // set aside and not written: reads as zeroes
  const address = kind === 2 ? 0 : littleEndian64(data, 21);
  const extent = {
    ...common,
    inline: undefined,
    address,
    stored: littleEndian64(data, 29),
    skip: littleEndian64(data, 37),
    length: littleEndian64(data, 45),
  };
  if (extent.length === 0 || !Number.isSafeInteger(offset + extent.length)) return refuse(`has ${extent.length} bytes`);
  if (packing !== 0 && (extent.stored > 2 * longestPacked || extent.skip + extent.length > unpacked))
    return refuse('does not fit what is packed');
  return extent;
}

/** Unpacks a stretch. Throws ImageFault. */
export function unpackExtent(packed: Buffer, { packing, unpacked }: FileExtent): Buffer {
  if (packing === 1) {
    try {
      const bytes = inflateSync(packed, { maxOutputLength: longestPacked, finishFlush: 2 });
      return bytes.length >= unpacked ? bytes : Buffer.concat([bytes], unpacked);
    } catch (error) {
      throw new ImageFault(
        'malformed',
        `a stretch of a file cannot be unpacked: ${error instanceof Error ? error.message : ''}`,
      );
    }
  }
  // the end of a file may give less: the rest of its last block is zeroes
  if (packing === 3) return Buffer.concat([decompressZstdFrame(packed, unpacked)], unpacked);
  throw new ImageFault(
    'unsupported',
    packing === 2 ? 'a file is packed with LZO, which is not read here' : 'a file is packed in an unknown way',
  );
}
