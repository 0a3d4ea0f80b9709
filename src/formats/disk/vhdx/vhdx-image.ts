import type { Buffer } from 'node:buffer';
import { type ClusterMap, clustersIn, extentIn, noPlace } from '#formats/disk/cluster-map';
import { damageList } from '#formats/disk/damage-list';
import type { Damage, ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';
import { fillFrom } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import { overlapped, readVhdxHeader, type VhdxHeader } from '#formats/disk/vhdx/vhdx-header';
import { dirtyLogEntry } from '#formats/disk/vhdx/vhdx-log';
import { readVhdxMetadata, type VhdxMetadata } from '#formats/disk/vhdx/vhdx-metadata';
import type { ByteSource } from '#units/byte-source';

/** State of a block that is in the file. */
const present = 6;
/** States of a block that reads as zeroes: not present, undefined, zero, unmapped, and what the draft called so. */
const zeroStates = [0, 1, 2, 3, 5];

/** Hyper-V's disk image (Microsoft: [MS-VHDX]). */
export const vhdx: ImageFormat = {
  name: 'vhdx',
  probe: head => (head.length >= 8 && String.fromCharCode(...head.subarray(0, 8)) === 'vhdxfile' ? 100 : 0),
  open(file) {
    const header = readVhdxHeader(file);
    const entry = dirtyLogEntry(file, header);
    if (entry !== undefined)
      throw new ImageFault(
        'unsupported',
        'its log holds changes that were never carried over; what opens it for writing does that',
        entry,
      );
    const metadata = readVhdxMetadata(file, header.metadata);
    const map = vhdxMap(file, header, metadata);
    return {
      format: 'vhdx',
      virtualSize: metadata.virtualSize,
      info: { 'virtual-size': metadata.virtualSize, 'cluster-size': metadata.blockSize, 'dirty-flag': false },
      backing: undefined,
      extentAt: at => extentIn(map, at),
      readExtent: ({ offset }, skip, target) => fillFrom(file, (offset ?? 0) + skip, target),
      check: () => checkVhdx(file, header, map),
    };
  },
};

function vhdxMap(file: ByteSource, { blockTable }: VhdxHeader, metadata: VhdxMetadata): ClusterMap {
  const { virtualSize, blockSize, chunkRatio } = metadata;
  const blocks = Math.ceil(virtualSize / blockSize);
  const entries = blocks + Math.max(0, Math.ceil(blocks / chunkRatio) - 1);
  if (entries * 8 > blockTable.length)
    throw new ImageFault('malformed', `the table of blocks is too short for ${blocks} blocks`, blockTable.start);
  const entryAt = (block: number) => blockTable.start + (block + Math.floor(block / chunkRatio)) * 8;
  if (entryAt(blocks) > file.size + 8)
    throw new ImageFault('cut-short', 'the table of blocks goes beyond the end of the file', blockTable.start);
  return {
    clusterSize: blockSize,
    size: virtualSize,
    clustersPerPiece: chunkRatio,
    entrySize: 8,
    pieceAt: number => entryAt(number * chunkRatio),
    readPiece: pieceReader(file),
    placeAt(piece, index) {
      const place = blockPlace(piece, index);
      return place >= file.size ? noPlace.damaged : place;
    },
    fault: block =>
      new ImageFault('malformed', `block ${block} is beyond the end of the file, or in no known state`, entryAt(block)),
  };
}

function blockPlace(piece: Buffer, index: number): number {
  const low = piece.readUInt32LE(index * 8);
  const state = low & 7;
  if (state === present) return piece.readUInt32LE(index * 8 + 4) * 2 ** 32 + (low - (low % 2 ** 20));
  return zeroStates.includes(state) ? noPlace.zero : noPlace.damaged;
}

/** Examines the table of blocks; counts as QEMU's block/vhdx.c. Throws ImageFault where it cannot be read. */
function checkVhdx(file: ByteSource, { regions, blockTable }: VhdxHeader, map: ClusterMap): ImageCheck {
  const { clusterSize, size, clustersPerPiece } = map;
  const damages = damageList();
  let corruptions = 0;
  const examine = (block: number, place: number) => {
    const start = block * clusterSize;
    const length = Math.min(clusterSize, size - start);
    const at = blockTable.start + (block + Math.floor(block / clustersPerPiece)) * 8;
    const note = (kind: Damage['kind'], says: string) => {
      corruptions += 1;
      damages.add({ kind, says, at, guest: [{ start, length }] });
    };
    if (place >= 2 ** 63 - clusterSize) note('out-of-range', `no block can stand at byte ${place}`);
    if (place >= file.size) note('out-of-range', `the block at byte ${place} is beyond the end of the file`);
    else if (place + length > file.size) note('out-of-range', `the block at byte ${place} is not whole in the file`);
    const region = overlapped(regions, place, clusterSize);
    if (region !== undefined) note('overlap', `the block at byte ${place} overlaps with ${region.what}`);
  };
  for (let first = 0, number = 0; first * clusterSize < size; first += clustersPerPiece, number += 1) {
    const count = clustersIn(map, number);
    const piece = map.readPiece(map.pieceAt(number), count * 8, 'the table of blocks');
    for (let index = 0; index < count; index += 1) {
      const place = blockPlace(piece, index);
      if (place >= 0) examine(first + index, place);
    }
  }
  return { checkErrors: 0, leaks: 0, corruptions, damages: damages.told };
}
