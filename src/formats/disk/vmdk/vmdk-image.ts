import { clustersIn, extentIn, noPlace } from '#formats/disk/cluster-map';
import { damageList } from '#formats/disk/damage-list';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { DataExtent, Extent, ImageFormat, OpenImage } from '#formats/disk/image-format';
import type { ImageInfo } from '#formats/disk/image-info';
import { fillFrom } from '#formats/disk/read-bytes';
import { grainReader } from '#formats/disk/vmdk/vmdk-grain';
import { type NamedPart, readVmdkParts, type VmdkParts } from '#formats/disk/vmdk/vmdk-parts';
import { isVmdk } from '#formats/disk/vmdk/vmdk-probe';
import type { ByteSource } from '#units/byte-source';

/** A part with where it begins on the guest's disk. */
interface PlacedPart extends NamedPart {
  readonly start: number;
  readonly readGrains: (at: number, target: Uint8Array) => void;
}

/** VMware's disk image, in one file or with a descriptor and many (VMware: Virtual Disk Format 5.0). */
export const vmdk: ImageFormat = {
  name: 'vmdk',
  probe: head => (isVmdk(head) ? 100 : 0),
  open(file, neighbours): OpenImage {
    const image = readVmdkParts(file, neighbours);
    const { parent } = image.descriptor;
    const parts = placed(image);
    const virtualSize = parts.reduce((size, part) => size + part.size, 0);
    if (!Number.isSafeInteger(virtualSize))
      throw new ImageFault('malformed', `the disk cannot have ${virtualSize} bytes`);
    const partAt = (at: number) => findPart(parts, at);
    return {
      format: 'vmdk',
      virtualSize,
      info: infoOf(image, virtualSize, name => neighbours.pathOf(name)),
      backing: parent === undefined ? undefined : { name: parent, format: 'vmdk' },
      extentAt: at => extentOfPart(partAt(at), at, file),
      readExtent: (extent, skip, target) => readPart(partAt, extent, skip, target),
      check: () => checkVmdk(parts),
    };
  },
};

function placed({ parts }: VmdkParts): readonly PlacedPart[] {
  let start = 0;
  return parts.map(part => {
    const placedPart = { ...part, start, readGrains: grainReader(part) };
    start += part.size;
    return placedPart;
  });
}

/** The part that holds byte `at`: the last one that does not begin after it. */
function findPart(parts: readonly PlacedPart[], at: number): PlacedPart {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((parts[middle]?.start ?? 0) > at) high = middle - 1;
    else low = middle;
  }
  const part = parts[low];
  if (part === undefined || at >= part.start + part.size) throw new RangeError(`byte ${at} is beyond the disk`);
  return part;
}

function extentOfPart({ start, size, file, flatAt, grains }: PlacedPart, at: number, own: ByteSource): Extent {
  const within = at - start;
  const elsewhere = file === own ? {} : { file };
  if (grains === undefined)
    return { kind: 'data', start: at, length: size - within, offset: flatAt + within, ...elsewhere };
  const extent = extentIn(grains.map, within);
  return extent.kind === 'data' ? { ...extent, start: at, ...elsewhere } : { ...extent, start: at };
}

function readPart(partAt: (at: number) => PlacedPart, extent: DataExtent, skip: number, target: Uint8Array): void {
  const at = extent.start + skip;
  const part = partAt(at);
  if (extent.isCompressed === true) part.readGrains(at - part.start, target);
  else fillFrom(part.file, (extent.offset ?? 0) + skip, target);
}

function infoOf(
  { descriptor, createType, parts }: VmdkParts,
  size: number,
  pathOf: (name?: string) => string,
): ImageInfo {
  const kinds = new Set(parts.map(({ grains }) => `${grains?.map.clusterSize} ${grains?.map.isCompressed === true}`));
  const clusterSize = parts[0]?.grains?.map.clusterSize;
  return {
    'virtual-size': size,
    // of parts that differ QEMU says neither
    ...(kinds.size > 1 || clusterSize === undefined ? {} : { 'cluster-size': clusterSize }),
    ...(kinds.size > 1 ? {} : { 'dirty-flag': false }),
    ...(descriptor.parent === undefined
      ? {}
      : { 'backing-filename': descriptor.parent, 'backing-filename-format': 'vmdk' }),
    'format-specific': {
      type: 'vmdk',
      data: {
        cid: descriptor.contentId,
        'parent-cid': descriptor.parentContentId,
        'create-type': createType,
        extents: parts.map(({ size, grains, line }) => ({
          ...(grains?.map.isCompressed === true ? { compressed: true } : {}),
          'virtual-size': size,
          filename: pathOf(line?.file),
          ...(grains === undefined ? {} : { 'cluster-size': grains.map.clusterSize }),
          format: line?.type ?? '',
        })),
      },
    },
  };
}

/** Examines the tables of all parts. QEMU stops at the first grain that is not in its file; here all are counted. */
function checkVmdk(parts: readonly PlacedPart[]): ImageCheck {
  const damages = damageList();
  let corruptions = 0;
  for (const { start, size, file, grains } of parts) {
    if (grains === undefined) continue;
    const { map } = grains;
    const { clusterSize, clustersPerPiece } = map;
    for (let number = 0; number * clustersPerPiece * clusterSize < size; number += 1) {
      const pieceAt = map.pieceAt(number);
      if (pieceAt === noPlace.unallocated) continue;
      const count = clustersIn(map, number);
      const first = number * clustersPerPiece;
      const isLost = pieceAt < 0 || pieceAt + count * map.entrySize > file.size;
      const piece = isLost ? undefined : map.readPiece(pieceAt, count * map.entrySize, 'a table of grains');
      for (let index = 0; index < (isLost ? 1 : count); index += 1) {
        const place = piece === undefined ? noPlace.damaged : map.placeAt(piece, index);
        if (place !== noPlace.damaged && place < file.size) continue;
        corruptions += 1;
        const from = (first + index) * clusterSize;
        const length = Math.min(clusterSize * (isLost ? count : 1), size - from);
        damages.add({
          kind: 'out-of-range',
          says: isLost
            ? 'a table of grains is beyond the end of the file'
            : `a grain stands beyond the end of the file`,
          at: isLost ? Math.max(0, pieceAt) : pieceAt + index * map.entrySize,
          guest: [{ start: start + from, length }],
        });
      }
    }
  }
  return { checkErrors: 0, leaks: 0, corruptions, damages: damages.told };
}
