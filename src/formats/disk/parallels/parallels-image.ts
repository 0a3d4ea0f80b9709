import { type ClusterMap, extentIn, noPlace } from '#formats/disk/cluster-map';
import { damageList } from '#formats/disk/damage-list';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { Extent, ImageFormat } from '#formats/disk/image-format';
import {
  isParallels,
  type ParallelsHeader,
  readParallelsHeader,
  tableAt,
} from '#formats/disk/parallels/parallels-header';
import { bytesAt, fillFrom } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import type { ByteSource } from '#units/byte-source';

/** Entries of the table that are read at once: 64 KiB. */
const entriesPerPiece = 16_384;

/** The disk image of Parallels and of ploop (Virtuozzo, OpenVZ), in both of its headers. */
export const parallels: ImageFormat = {
  name: 'parallels',
  probe: head => (isParallels(head) ? 100 : 0),
  open(file) {
    const header = readParallelsHeader(file);
    const { clusterSize, entries, virtualSize } = header;
    const map = parallelsMap(file, header);
    return {
      format: 'parallels',
      virtualSize,
      info: { 'virtual-size': virtualSize },
      backing: undefined,
      extentAt: (at): Extent =>
        at < entries * clusterSize ? extentIn(map, at) : { kind: 'unallocated', start: at, length: virtualSize - at },
      readExtent: ({ offset }, skip, target) => fillFrom(file, (offset ?? 0) + skip, target),
      check: () => checkParallels(file, header),
    };
  },
};

function parallelsMap(file: ByteSource, { clusterSize, entries, unit, virtualSize }: ParallelsHeader): ClusterMap {
  return {
    clusterSize,
    size: Math.min(virtualSize, entries * clusterSize),
    clustersPerPiece: entriesPerPiece,
    entrySize: 4,
    pieceAt: number => tableAt + number * entriesPerPiece * 4,
    readPiece: pieceReader(file),
    placeAt(piece, index) {
      const place = piece.readUInt32LE(index * 4);
      return place === 0 ? noPlace.unallocated : place * unit;
    },
    fault: () => new ImageFault('malformed', 'a cluster stands nowhere'),
  };
}

/** Examines the table; counts as QEMU's block/parallels.c. Throws ImageFault where it cannot be read. */
function checkParallels(file: ByteSource, header: ParallelsHeader): ImageCheck {
  const { clusterSize, entries, unit, virtualSize, isInUse } = header;
  const damages = damageList();
  let corruptions = 0;
  let allocated = 0;
  let fragmented = 0;
  let highest = 0;
  let before = 0;
  if (isInUse) {
    corruptions += 1;
    damages.add({ kind: 'unreadable', says: 'the image was not closed by who wrote it last', at: 44 });
  }
  for (let from = 0; from < entries; from += entriesPerPiece) {
    const count = Math.min(entriesPerPiece, entries - from);
    const piece = bytesAt(file, tableAt + from * 4, count * 4, 'the table');
    for (let index = 0; index < count; index += 1) {
      const place = piece.readUInt32LE(index * 4) * unit;
      if (place > file.size) {
        const start = (from + index) * clusterSize;
        corruptions += 1;
        damages.add({
          kind: 'out-of-range',
          says: `the cluster at byte ${place} is beyond the end of the file`,
          at: tableAt + (from + index) * 4,
          guest: start < virtualSize ? [{ start, length: Math.min(clusterSize, virtualSize - start) }] : [],
        });
      }
      if (place !== 0) {
        allocated += 1;
        if (before !== 0 && before + clusterSize !== place) fragmented += 1;
        highest = Math.max(highest, place);
      }
      before = place;
    }
  }
  const end = highest + clusterSize;
  const leaks = Math.max(0, Math.ceil((file.size - end) / clusterSize));
  if (leaks > 0) damages.add({ kind: 'leak', says: `nothing points to the last ${file.size - end} bytes`, at: end });
  return {
    checkErrors: 0,
    leaks,
    corruptions,
    imageEndOffset: end,
    totalClusters: entries,
    allocatedClusters: allocated,
    fragmentedClusters: fragmented,
    damages: damages.told,
  };
}
