import type { Buffer } from 'node:buffer';
import { type ClusterMap, noPlace } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import type { VmdkPart } from '#formats/disk/vmdk/vmdk-part';
import { grainMap } from '#formats/disk/vmdk/vmdk-sparse';
import type { ByteSource } from '#units/byte-source';

const mostGrainSectors = 0x200000;
const mostTables = 32 * 1024 * 1024;

/** Reads a copy-on-write file of ESX up to version 5 (VMFSSPARSE; VMware: Virtual Disk Format 5.0, “ESX Server Sparse Extents”). Throws ImageFault. */
export function readCowd(file: ByteSource): VmdkPart {
  const head = bytesAt(file, 0, 512, 'the header');
  if (head.toString('latin1', 0, 4) !== 'COWD') throw new ImageFault('not-this-format', 'no sparse file of ESX', 0);
  const sectors = head.readUInt32LE(12);
  const grainSectors = head.readUInt32LE(16);
  const tables = head.readUInt32LE(24);
  if (grainSectors === 0 || grainSectors > mostGrainSectors)
    throw new ImageFault('malformed', `a grain cannot have ${grainSectors} sectors`, 16);
  const perTable = 4096;
  if (tables > mostTables || sectors > tables * perTable * grainSectors)
    throw new ImageFault('malformed', `${tables} tables do not go with ${sectors} sectors`, 24);
  const map = grainMap(file, {
    clusterSize: grainSectors * 512,
    size: sectors * 512,
    perTable,
    directoryAt: head.readUInt32LE(20) * 512,
    hasZeroGrains: false,
    isCompressed: false,
  });
  return { file, size: sectors * 512, flatAt: 0, grains: { map, hasMarkers: false } };
}

const headerMagic = 0xcafebaben;
const volatileMagic = 0xcafecafen;
const sparseVersion = 0x2_0000_0001n;

/** Reads a space-efficient sparse file of ESX 6 and later (SESPARSE), which is nowhere written down; as QEMU's block/vmdk.c does. Throws ImageFault. */
export function readSeSparse(file: ByteSource): VmdkPart {
  const head = bytesAt(file, 0, 512, 'the header');
  if (head.readBigUInt64LE(0) !== headerMagic)
    throw new ImageFault('not-this-format', 'no space-efficient sparse file', 0);
  const expected = [
    [8, sparseVersion, 'version'],
    [24, 8n, 'size of a grain'],
    [32, 64n, 'size of a table'],
    [40, 0n, 'set of flags'],
  ] as const;
  for (const [at, value, what] of expected)
    if (head.readBigUInt64LE(at) !== value)
      throw new ImageFault('unsupported', `a ${what} of ${head.readBigUInt64LE(at)} is not read`, at);
  const volatileAt = littleEndian64(head, 80) * 512;
  const volatile = bytesAt(file, volatileAt, 512, 'the second header');
  if (volatile.readBigUInt64LE(0) !== volatileMagic)
    throw new ImageFault('malformed', 'the second header does not begin as one', volatileAt);
  if (volatile.readUInt8(24) !== 0)
    throw new ImageFault('unsupported', 'its journal holds changes that were never carried over', volatileAt + 24);
  const sectors = littleEndian64(head, 16);
  const directorySectors = littleEndian64(head, 136);
  if (!Number.isSafeInteger(sectors * 512) || directorySectors * 64 > mostTables)
    throw new ImageFault('malformed', `the disk cannot have ${sectors} sectors`, 16);
  if (sectors > directorySectors * 64 * 4096 * 8)
    throw new ImageFault('malformed', 'the directory of grains is too short for the disk', 136);
  const map = seSparseMap(file, {
    size: sectors * 512,
    directoryAt: littleEndian64(head, 128) * 512,
    tablesAt: littleEndian64(head, 144) * 512,
    grainsAt: littleEndian64(head, 192) * 512,
  });
  return { file, size: sectors * 512, flatAt: 0, grains: { map, hasMarkers: false } };
}

/** Entries of the directory that are read at once: 64 KiB. */
const entriesAtOnce = 8192;

interface SeSparse {
  readonly size: number;
  readonly directoryAt: number;
  readonly tablesAt: number;
  readonly grainsAt: number;
}

function seSparseMap(file: ByteSource, { size, directoryAt, tablesAt, grainsAt }: SeSparse): ClusterMap {
  const perTable = 4096;
  const readDirectory = pieceReader(file);
  const tables = Math.ceil(size / (4096 * perTable));
  const entryAt = (number: number) => directoryAt + number * 8;
  return {
    clusterSize: 4096,
    size,
    clustersPerPiece: perTable,
    entrySize: 8,
    pieceAt(number) {
      const within = number % entriesAtOnce;
      const count = Math.min(entriesAtOnce, tables - (number - within));
      const piece = readDirectory(entryAt(number - within), count * 8, 'the directory of grains');
      const high = piece.readUInt32LE(within * 8 + 4);
      const low = piece.readUInt32LE(within * 8);
      if (high === 0 && low === 0) return noPlace.unallocated;
      return high === 0x10000000 ? tablesAt + low * perTable * 8 : noPlace.damaged;
    },
    readPiece: pieceReader(file),
    placeAt: (piece, index) => seSparsePlace(piece, index, grainsAt),
    fault: grain =>
      new ImageFault(
        'malformed',
        `grain ${grain} or its table stands where none can be`,
        entryAt(Math.floor(grain / perTable)),
      ),
  };
}

/** Entries have their kind in the four highest bits; the twelve below them belong at the lower end. */
function seSparsePlace(piece: Buffer, index: number, grainsAt: number): number {
  const high = piece.readUInt32LE(index * 8 + 4);
  const low = piece.readUInt32LE(index * 8);
  const kind = high >>> 28;
  if (kind === 1 || kind === 2) return noPlace.zero;
  if (kind === 0) return high === 0 && low === 0 ? noPlace.unallocated : noPlace.damaged;
  if (kind !== 3) return noPlace.damaged;
  const number = ((high >>> 16) & 0xfff) + ((high & 0xffff) * 2 ** 32 + low) * 4096;
  return grainsAt + number * 4096;
}
