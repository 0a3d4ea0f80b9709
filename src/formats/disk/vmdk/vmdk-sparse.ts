import type { Buffer } from 'node:buffer';
import { type ClusterMap, noPlace } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import type { VmdkPart } from '#formats/disk/vmdk/vmdk-part';
import type { ByteSource } from '#units/byte-source';

/** The header of a sparse file (VMware: Virtual Disk Format 5.0, “Hosted Sparse Extents”). */
export interface SparseHeader {
  /** Sectors. 0: the file only holds a descriptor. */
  readonly capacity: number;
  /** Byte of the embedded descriptor, if there is one. */
  readonly descriptorAt: number;
  readonly part: () => VmdkPart;
}

const flag = { zeroGrains: 1 << 2, markers: 1 << 17 };
/** Sectors of a grain: 1 GiB is beyond all reason. */
const mostGrainSectors = 0x200000;
const mostTables = 32 * 1024 * 1024;
/** Grains are decompressed whole. */
const mostCompressedGrain = 16 * 1024 * 1024;
const mark = { footer: 3, end: 0 };

/** Reads the header of a sparse file, or its footer where that counts. Throws ImageFault. */
export function readSparse(file: ByteSource): SparseHeader {
  const head = bytesAt(file, 0, 512, 'the header');
  const capacity = littleEndian64(head, 12);
  const descriptorAt = littleEndian64(head, 28) * 512;
  return { capacity, descriptorAt, part: () => sparsePart(file, isAtEnd(head) ? footerOf(file) : { head, at: 0 }) };
}

const isAtEnd = (head: Buffer): boolean => head.readBigUInt64LE(56) === 0xffff_ffff_ffff_ffffn;

/** A file that was written as a stream has its tables, and a header that tells of them, at its end. */
function footerOf(file: ByteSource): { readonly head: Buffer; readonly at: number } {
  const at = Math.ceil(file.size / 512) * 512 - 1536;
  const end = bytesAt(file, at, 1536, 'the footer');
  const isFooter =
    end.readUInt32LE(8) === 0 &&
    end.readUInt32LE(12) === mark.footer &&
    end.toString('latin1', 512, 516) === 'KDMV' &&
    end.readBigUInt64LE(1024) === 0n &&
    end.readUInt32LE(1032) === 0 &&
    end.readUInt32LE(1036) === mark.end;
  if (!isFooter) throw new ImageFault('malformed', 'the footer of the stream is missing', at);
  return { head: end.subarray(512, 1024), at: at + 512 };
}

function sparsePart(file: ByteSource, { head, at }: { readonly head: Buffer; readonly at: number }): VmdkPart {
  const version = head.readUInt32LE(4);
  if (version > 3) throw new ImageFault('unsupported', `VMDK of version ${version} is not read`, at + 4);
  const flags = head.readUInt32LE(8);
  const capacity = littleEndian64(head, 12);
  const grainSectors = littleEndian64(head, 20);
  const perTable = head.readUInt32LE(44);
  if (perTable > 512) throw new ImageFault('malformed', `a table of ${perTable} grains is too large`, at + 44);
  if (grainSectors * perTable === 0) throw new ImageFault('malformed', 'a table tells of no grain', at + 20);
  if (grainSectors > mostGrainSectors)
    throw new ImageFault('malformed', `a grain cannot have ${grainSectors} sectors`, at + 20);
  const tables = Math.ceil(capacity / (grainSectors * perTable));
  if (tables > mostTables || !Number.isSafeInteger(capacity * 512))
    throw new ImageFault('malformed', `the disk cannot have ${capacity} sectors`, at + 12);
  const isCompressed = head.readUInt16LE(77) === 1;
  const clusterSize = grainSectors * 512;
  if (isCompressed && clusterSize > mostCompressedGrain)
    throw new ImageFault('unsupported', `compressed grains of ${clusterSize} bytes are not read`, at + 20);
  const grainsFrom = littleEndian64(head, 64) * 512;
  if (Math.ceil(file.size / 512) * 512 < grainsFrom)
    throw new ImageFault('cut-short', `the grains begin at ${grainsFrom}, the file ends at ${file.size}`, at + 64);
  return {
    file,
    size: capacity * 512,
    flatAt: 0,
    grains: {
      hasMarkers: (flags & flag.markers) !== 0,
      map: grainMap(file, {
        clusterSize,
        size: capacity * 512,
        perTable,
        directoryAt: littleEndian64(head, 56) * 512,
        hasZeroGrains: (flags & flag.zeroGrains) !== 0,
        isCompressed,
      }),
    },
  };
}

interface Grains {
  readonly clusterSize: number;
  readonly size: number;
  readonly perTable: number;
  readonly directoryAt: number;
  readonly hasZeroGrains: boolean;
  readonly isCompressed: boolean;
}

/** Entries of the directory that are read at once: 64 KiB. */
const entriesAtOnce = 16_384;

/** The map of grains whose directory and tables count in sectors, in 32 bits. */
export function grainMap(file: ByteSource, grains: Grains): ClusterMap {
  const { clusterSize, size, perTable, directoryAt, hasZeroGrains, isCompressed } = grains;
  const tables = Math.ceil(size / (clusterSize * perTable));
  const readDirectory = pieceReader(file);
  const tableAt = (number: number) => {
    const within = number % entriesAtOnce;
    const count = Math.min(entriesAtOnce, tables - (number - within));
    const piece = readDirectory(directoryAt + (number - within) * 4, count * 4, 'the directory of grains');
    return piece.readUInt32LE(within * 4) * 512;
  };
  return {
    clusterSize,
    size,
    clustersPerPiece: perTable,
    entrySize: 4,
    pieceAt: number => tableAt(number) || noPlace.unallocated,
    readPiece: pieceReader(file),
    placeAt(piece, index) {
      const sector = piece.readUInt32LE(index * 4);
      if (sector === 0) return noPlace.unallocated;
      return sector === 1 && hasZeroGrains ? noPlace.zero : sector * 512;
    },
    fault: grain => new ImageFault('malformed', `grain ${grain} stands nowhere`),
    isCompressed,
  };
}
