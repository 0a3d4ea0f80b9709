import { ImageFault } from '#formats/disk/image-fault';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';

/** A persistent bitmap, as the directory describes it (docs/interop/qcow2.txt, Bitmaps). */
export interface Bitmap {
  readonly name: string;
  readonly tableOffset: number;
  readonly tableEntries: number;
  /** It was being written to when the image was last open: what it says is not to be relied on. */
  readonly isInUse: boolean;
  /** It is to be switched on when the image is opened. */
  readonly isAuto: boolean;
  /** Bytes of the guest's disk that a bit stands for. */
  readonly granularity: number;
}

const entryBytes = 24;
const mostTableEntries = 0x800_0000;
const mostBitmapBytes = 0x2000_0000;
const dirtyTracking = 1;

/** Gives the persistent bitmaps of an image. Throws ImageFault where the directory breaks a rule of the format. */
export function readBitmaps(image: Qcow2File): readonly Bitmap[] {
  const place = image.extensions.bitmaps;
  if (place === undefined) return [];
  // longer than is read at once, it cannot be: a byte more than QEMU allows is refused with the header
  const directory = directoryBytes(image, place.offset, place.length);
  const bitmaps: Bitmap[] = [];
  let at = 0;
  while (at < directory.length) {
    if (at + entryBytes > directory.length) throw broken('ends within an entry', place.offset + at);
    if (bitmaps.length === place.count) throw broken('has more entries than bitmaps', place.offset + at);
    const nameLength = directory.readUInt16BE(at + 18);
    const extraLength = directory.readUInt32BE(at + 20);
    const end = at + Math.ceil((entryBytes + extraLength + nameLength) / 8) * 8;
    if (end > directory.length) throw broken('ends within an entry', place.offset + at);
    if (extraLength !== 0) throw new ImageFault('unsupported', 'a bitmap has extra data', place.offset + at + 20);
    bitmaps.push(bitmapOf(directory.subarray(at, end), nameLength, image, place.offset + at));
    at = end;
  }
  if (bitmaps.length !== place.count) throw broken(`has ${bitmaps.length} entries, not ${place.count}`, place.offset);
  return bitmaps;
}

function directoryBytes({ file }: Qcow2File, offset: number, length: number): Buffer {
  if (length === 0) throw broken('is empty', offset);
  return bytesAt(file, offset, length, 'the directory of bitmaps');
}

function bitmapOf(entry: Buffer, nameLength: number, image: Qcow2File, at: number): Bitmap {
  const name = entry.toString('utf8', entryBytes, entryBytes + nameLength);
  const tableOffset = bigEndian64(entry, 0);
  const tableEntries = entry.readUInt32BE(8);
  const flags = entry.readUInt32BE(12);
  const granularityBits = entry.readUInt8(17);
  const { clusterSize, virtualSize } = image.header;
  const bytes = tableEntries * clusterSize;
  const isSound =
    tableEntries > 0 &&
    tableEntries <= mostTableEntries &&
    tableOffset > 0 &&
    tableOffset % clusterSize === 0 &&
    granularityBits >= 9 &&
    granularityBits <= 31 &&
    flags <= 3 &&
    nameLength <= 1023 &&
    entry.readUInt8(16) === dirtyTracking &&
    bytes <= mostBitmapBytes &&
    virtualSize <= bytes * 8 * 2 ** granularityBits;
  if (!isSound) throw broken(`describes the bitmap ${JSON.stringify(name)} as none can be`, at);
  return {
    name,
    tableOffset,
    tableEntries,
    isInUse: (flags & 1) !== 0,
    isAuto: (flags & 2) !== 0,
    granularity: 2 ** granularityBits,
  };
}

const broken = (what: string, at: number): ImageFault =>
  new ImageFault('malformed', `the directory of bitmaps ${what}`, at);
