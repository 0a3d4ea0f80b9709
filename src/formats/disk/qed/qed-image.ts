import type { Buffer } from 'node:buffer';
import { type ClusterMap, extentIn, noPlace } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';
import { checkQed } from '#formats/disk/qed/qed-check';
import { isCluster, isTable, type QedHeader, readQedHeader } from '#formats/disk/qed/qed-header';
import { fillFrom, littleEndian64 } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import type { ByteSource } from '#units/byte-source';

/** Entries of a table that are read at once: 64 KiB. */
const entriesPerPiece = 8192;

/** QEMU's enhanced disk, deprecated in favour of qcow2 (QEMU: docs/interop/qed_spec.txt). */
export const qed: ImageFormat = {
  name: 'qed',
  probe: head => (head[0] === 0x51 && head[1] === 0x45 && head[2] === 0x44 && (head[3] ?? 0) === 0 ? 100 : 0),
  open(file) {
    const header = readQedHeader(file);
    const { backing, clusterSize, virtualSize, needsCheck } = header;
    const map = qedMap(file, header);
    const format = backing?.isRaw === true ? 'raw' : undefined;
    return {
      format: 'qed',
      virtualSize,
      info: {
        'virtual-size': virtualSize,
        'cluster-size': clusterSize,
        // QEMU says so even where a check is due
        'dirty-flag': false,
        ...(backing === undefined ? {} : { 'backing-filename': backing.name }),
        ...(format === undefined ? {} : { 'backing-filename-format': format }),
      },
      ...(needsCheck && { isUnclosed: true }),
      backing: backing === undefined ? undefined : { name: backing.name, format },
      extentAt: at => extentIn(map, at),
      readExtent: ({ offset }, skip, target) => fillFrom(file, (offset ?? 0) + skip, target),
      check: () => checkQed(file, header),
    };
  },
};

function qedMap(file: ByteSource, header: QedHeader): ClusterMap {
  const { clusterSize, entries, l1At, virtualSize } = header;
  const readL1 = pieceReader(file);
  const clustersPerPiece = Math.min(entries, entriesPerPiece);
  const piecesPerTable = entries / clustersPerPiece;
  const tableAt = (index: number) => {
    const within = index % clustersPerPiece;
    const piece = readL1(l1At + (index - within) * 8, clustersPerPiece * 8, 'the first table');
    return littleEndian64(piece, within * 8);
  };
  return {
    clusterSize,
    size: virtualSize,
    clustersPerPiece,
    entrySize: 8,
    pieceAt(number) {
      const table = tableAt(Math.floor(number / piecesPerTable));
      if (table === 0) return noPlace.unallocated;
      if (!isTable(header, table)) return noPlace.damaged;
      return table + (number % piecesPerTable) * clustersPerPiece * 8;
    },
    readPiece: pieceReader(file),
    placeAt: (piece, index) => clusterPlace(header, piece, index),
    fault(cluster) {
      const index = Math.floor(cluster / entries);
      const table = tableAt(index);
      const at = isTable(header, table) ? table + (cluster % entries) * 8 : l1At + index * 8;
      return new ImageFault('malformed', `cluster ${cluster} or its table stands where none can be`, at);
    },
  };
}

function clusterPlace(header: QedHeader, piece: Buffer, index: number): number {
  const place = littleEndian64(piece, index * 8);
  if (place === 0) return noPlace.unallocated;
  if (place === 1) return noPlace.zero;
  return isCluster(header, place) ? place : noPlace.damaged;
}
