import { type ClusterMap, extentIn, noPlace } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';
import type { DataExtent, Extent, ImageFormat } from '#formats/disk/image-format';
import { bytesAt, fillFrom } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import { isVpcFooter, readVpcHeader, type VpcDynamic } from '#formats/disk/vpc/vpc-header';
import type { ByteSource } from '#units/byte-source';

/** Entries of the table that are read at once: 64 KiB. */
const entriesPerPiece = 16_384;
/** Entries of the table that are looked at when an image is opened: 16 MiB, the table of the largest disk with blocks of 512 KiB. */
const mostScanned = 2 ** 22;
const nowhere = 0xffffffff;

/**
 * Virtual PC's and Hyper-V's disk image, VHD: fixed, dynamic, differencing. QEMU reads the last kind as if it stood for itself, so that what is in
 * its parent is missing; here the parent is a layer below.
 */
export const vpc: ImageFormat = {
  name: 'vpc',
  probe: head => (isVpcFooter(head) ? 100 : 0),
  open(file) {
    const { virtualSize, dynamic } = readVpcHeader(file);
    const parent = dynamic?.parent;
    const extentAt = dynamic === undefined ? fixedExtents(virtualSize) : dynamicExtents(file, virtualSize, dynamic);
    return {
      format: 'vpc',
      virtualSize,
      info: {
        'virtual-size': virtualSize,
        ...(dynamic === undefined ? {} : { 'cluster-size': dynamic.blockSize }),
        'dirty-flag': false,
        ...(parent === undefined ? {} : { 'backing-filename': parent, 'backing-filename-format': 'vpc' }),
      },
      backing: parent === undefined ? undefined : { name: parent, format: 'vpc' },
      extentAt,
      readExtent: ({ offset }, skip, target) => fillFrom(file, (offset ?? 0) + skip, target),
    };
  },
};

const fixedExtents =
  (size: number) =>
  (at: number): Extent => ({ kind: 'data', start: at, length: size - at, offset: at });

function dynamicExtents(file: ByteSource, virtualSize: number, dynamic: VpcDynamic): (at: number) => Extent {
  const map = vpcMap(file, virtualSize, dynamic);
  if (dynamic.entries <= mostScanned) scan(file, map, dynamic);
  if (dynamic.parent === undefined) return at => extentIn(map, at);
  return at => {
    const extent = extentIn(map, at);
    return extent.kind === 'data' ? sectorsOfBlock(file, dynamic, extent) : extent;
  };
}

function vpcMap(file: ByteSource, size: number, { blockSize, bitmapSize, tableAt, parent }: VpcDynamic): ClusterMap {
  const absent = parent === undefined ? noPlace.zero : noPlace.unallocated;
  return {
    clusterSize: blockSize,
    size,
    clustersPerPiece: entriesPerPiece,
    entrySize: 4,
    pieceAt: number => tableAt + number * entriesPerPiece * 4,
    readPiece: pieceReader(file),
    placeAt(piece, index) {
      const sector = piece.readUInt32BE(index * 4);
      if (sector === nowhere) return absent;
      const place = sector * 512 + bitmapSize;
      return place + blockSize > file.size ? noPlace.damaged : place;
    },
    fault: cluster =>
      new ImageFault('cut-short', `block ${cluster} stands beyond the end of the file`, tableAt + cluster * 4),
  };
}

/** Looks whether all blocks are in the file: QEMU opens no image that was cut. */
function scan(file: ByteSource, map: ClusterMap, { entries, tableAt }: VpcDynamic): void {
  for (let from = 0; from < entries; from += entriesPerPiece) {
    const count = Math.min(entriesPerPiece, entries - from);
    const piece = bytesAt(file, tableAt + from * 4, count * 4, 'the table');
    for (let index = 0; index < count; index += 1)
      if (map.placeAt(piece, index) === noPlace.damaged) throw map.fault(from + index);
  }
}

/** Of the part of a block of a differencing disk: what its bitmap says of the first sectors, as long as it says the same. */
function sectorsOfBlock(file: ByteSource, { blockSize, bitmapSize }: VpcDynamic, extent: DataExtent): Extent {
  const { start, length, offset = 0 } = extent;
  const within = start % blockSize;
  const bitmap = bytesAt(file, offset - within - bitmapSize, bitmapSize, 'the bitmap of a block');
  const isHere = (sector: number) => ((bitmap[sector >>> 3] ?? 0) & (0x80 >>> (sector & 7))) !== 0;
  const first = Math.floor(within / 512);
  const end = Math.min(blockSize, within + length);
  let next = first + 1;
  while (next * 512 < end && isHere(next) === isHere(first)) next += 1;
  const stretch = { start, length: Math.min(next * 512, end) - within };
  return isHere(first) ? { kind: 'data', ...stretch, offset } : { kind: 'unallocated', ...stretch };
}
