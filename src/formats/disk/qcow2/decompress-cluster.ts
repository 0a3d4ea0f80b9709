import { inflateRawSync } from 'node:zlib';
import { ImageFault } from '#formats/disk/image-fault';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { bytesAt } from '#formats/disk/read-bytes';
import { decompressZstd } from '#formats/disk/zstd/decompress-zstd';

/** Where the bytes of a compressed cluster stand. */
export interface CompressedPlace {
  readonly offset: number;
  /** Bytes, up to the end of a sector: the compressed data ends somewhere in the last one. */
  readonly length: number;
}

/** Gives the place that an entry of a compressed cluster names (docs/interop/qcow2.txt, Compressed Clusters Descriptor). */
export function compressedPlace(high: number, low: number, clusterBits: number): CompressedPlace {
  // bits of the upper half that are part of the offset; the rest, but for two flags, counts sectors
  const offsetBits = 62 - (clusterBits - 8) - 32;
  const offset = (high & (2 ** offsetBits - 1)) * 0x1_0000_0000 + low;
  const sectors = ((high & 0x3fff_ffff) >>> offsetBits) + 1;
  return { offset, length: sectors * 512 - (low % 512) };
}

/** Gives the bytes of a compressed cluster. Throws ImageFault where they are not there, or do not make a whole cluster. */
export function decompressCluster({ file, header }: Qcow2File, high: number, low: number): Buffer {
  const { offset, length } = compressedPlace(high, low, header.clusterBits);
  if (offset >= file.size)
    throw new ImageFault('cut-short', 'a compressed cluster stands beyond the end of the file', offset);
  // the last sector need not be there whole
  const bytes = bytesAt(file, offset, Math.min(length, file.size - offset), 'a compressed cluster');
  const cluster =
    header.compression === 'zstd' ? decompressZstd(bytes, header.clusterSize) : inflate(bytes, header.clusterSize);
  if (cluster?.length !== header.clusterSize)
    throw new ImageFault('malformed', 'a compressed cluster cannot be decompressed to a whole one', offset);
  return cluster;
}

function inflate(bytes: Buffer, size: number): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: size });
  } catch {
    return undefined;
  }
}
