import type { Buffer } from 'node:buffer';
import type { ImageFault } from '#formats/disk/image-fault';
import type { Extent } from '#formats/disk/image-format';
import type { ReadPiece } from '#formats/disk/table-pieces';

/** What stands in a table instead of a place in the file. */
export const noPlace = {
  /** It reads as zeroes. */
  zero: -1,
  /** This layer does not have it. */
  unallocated: -2,
  /** What stands there can mean nothing. */
  damaged: -3,
} as const;

/**
 * A guest's disk in clusters of one size, and the tables that tell where each stands. Tables are read in pieces: a piece tells of the same number of
 * clusters each.
 */
export interface ClusterMap {
  /** Bytes. */
  readonly clusterSize: number;
  /** Bytes of the guest's disk. */
  readonly size: number;
  readonly clustersPerPiece: number;
  /** Bytes of an entry. */
  readonly entrySize: number;
  /** Gives the byte of the file at which a piece stands, or why it stands nowhere: no cluster of it is allocated, or damage. */
  readonly pieceAt: (number: number) => number;
  readonly readPiece: ReadPiece;
  /** Gives the byte of the file at which a cluster stands, by its place in its piece; or why it stands nowhere. */
  readonly placeAt: (piece: Buffer, index: number) => number;
  /** Says what is wrong where a cluster's place is damaged. */
  readonly fault: (cluster: number) => ImageFault;
  /** Clusters are compressed: each takes another number of bytes. */
  readonly isCompressed?: boolean;
}

/** Pieces without any cluster that are counted together in one look. */
const mostEmptyPieces = 65_536;

/** Gives the stretch at byte `at` of the guest's disk, as far as one piece tells, or as there are pieces without any cluster. Throws ImageFault. */
export function extentIn(map: ClusterMap, at: number): Extent {
  const { clusterSize, clustersPerPiece, size } = map;
  const cluster = Math.floor(at / clusterSize);
  const number = Math.floor(cluster / clustersPerPiece);
  const pieceAt = map.pieceAt(number);
  if (pieceAt === noPlace.damaged) throw map.fault(cluster);
  if (pieceAt < 0) {
    const end = Math.min(emptyUntil(map, number, pieceAt) * clustersPerPiece * clusterSize, size);
    return { kind: pieceAt === noPlace.zero ? 'zero' : 'unallocated', start: at, length: end - at };
  }
  const piece = pieceOf(map, number, pieceAt);
  const first = number * clustersPerPiece;
  const place = map.placeAt(piece, cluster - first);
  if (place === noPlace.damaged) throw map.fault(cluster);
  const end = Math.min((first + sameUntil(map, piece, cluster - first, clustersIn(map, number))) * clusterSize, size);
  const stretch = { start: at, length: end - at };
  if (place === noPlace.zero) return { kind: 'zero', ...stretch };
  if (place === noPlace.unallocated) return { kind: 'unallocated', ...stretch };
  if (map.isCompressed === true) return { kind: 'data', ...stretch, offset: undefined, isCompressed: true };
  return { kind: 'data', ...stretch, offset: place + (at % clusterSize) };
}

/** Gives the place of one cluster in the file, or why it has none. Throws ImageFault where its table cannot be read. */
export function placeIn(map: ClusterMap, cluster: number): number {
  const number = Math.floor(cluster / map.clustersPerPiece);
  const pieceAt = map.pieceAt(number);
  return pieceAt < 0 ? pieceAt : map.placeAt(pieceOf(map, number, pieceAt), cluster - number * map.clustersPerPiece);
}

/** Gives how many clusters piece `number` tells of: the last one of fewer. */
export const clustersIn = ({ size, clusterSize, clustersPerPiece }: ClusterMap, number: number): number =>
  Math.max(0, Math.min(clustersPerPiece, Math.ceil(size / clusterSize) - number * clustersPerPiece));

const pieceOf = (map: ClusterMap, number: number, at: number): Buffer =>
  map.readPiece(at, clustersIn(map, number) * map.entrySize, 'a table of clusters');

function emptyUntil(map: ClusterMap, number: number, kind: number): number {
  const all = Math.ceil(map.size / (map.clusterSize * map.clustersPerPiece));
  const bound = Math.min(all, number + mostEmptyPieces);
  let next = number + 1;
  while (next < bound && map.pieceAt(next) === kind) next += 1;
  return next;
}

function sameUntil({ placeAt, clusterSize, isCompressed }: ClusterMap, piece: Buffer, index: number, count: number) {
  const place = placeAt(piece, index);
  let next = index + 1;
  if (place < 0) while (next < count && placeAt(piece, next) === place) next += 1;
  else if (isCompressed === true) while (next < count && placeAt(piece, next) >= 0) next += 1;
  else
    for (let expected = place + clusterSize; next < count && placeAt(piece, next) === expected; next += 1)
      expected += clusterSize;
  return next;
}
