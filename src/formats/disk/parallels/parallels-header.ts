import { createHash } from 'node:crypto';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64, mostAtOnce } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** What the header says (QEMU: docs/interop/parallels.txt). Sizes and offsets in bytes. */
export interface ParallelsHeader {
  readonly virtualSize: number;
  readonly clusterSize: number;
  /** Entries of the table, which stands at byte 64. */
  readonly entries: number;
  /** Bytes that an entry of the table counts in. */
  readonly unit: number;
  /** It was not closed by who wrote it last. */
  readonly isInUse: boolean;
}

/** The table follows the header. */
export const tableAt = 64;
const magics = ['WithoutFreeSpace', 'WithouFreSpacExt'];
const inUse = 0x746f6e59;

/** Whether these bytes begin an image of this format. */
export const isParallels = (bytes: Uint8Array): boolean =>
  magics.includes(String.fromCharCode(...bytes.subarray(0, 16))) &&
  [2, 0, 0, 0].every((byte, index) => (bytes[16 + index] ?? 0) === byte);

/** Reads the header. Throws ImageFault. */
export function readParallelsHeader(file: ByteSource): ParallelsHeader {
  const head = bytesAt(file, 0, 64, 'the header');
  if (!isParallels(head)) throw new ImageFault('not-this-format', 'no Parallels image', 0);
  const isExtended = head.toString('latin1', 0, 16) === magics[1];
  const sectors = isExtended ? littleEndian64(head, 36) : head.readUInt32LE(36);
  const virtualSize = sectors * 512;
  if (!Number.isSafeInteger(virtualSize))
    throw new ImageFault('malformed', `the disk cannot have ${sectors} sectors`, 36);
  const clusterSectors = head.readUInt32LE(28);
  if (clusterSectors === 0 || clusterSectors > Math.floor(0x7fffffff / 513))
    throw new ImageFault('malformed', `a cluster cannot have ${clusterSectors} sectors`, 28);
  const entries = head.readUInt32LE(32);
  if (entries > 0x7fffffff / 4) throw new ImageFault('malformed', `a table of ${entries} clusters is too large`, 32);
  if (tableAt + entries * 4 > file.size)
    throw new ImageFault('cut-short', `the table ends at ${tableAt + entries * 4}, the file at ${file.size}`, tableAt);
  const clusterSize = clusterSectors * 512;
  const extensionAt = littleEndian64(head, 56) * 512;
  if (extensionAt !== 0) examineExtension(file, extensionAt, clusterSize);
  return {
    virtualSize,
    clusterSize,
    entries,
    unit: isExtended ? clusterSize : 512,
    isInUse: head.readUInt32LE(44) === inUse,
  };
}

/** A cluster that tells more of the image; who does not know all that stands in it may not take the image for sound. */
function examineExtension(file: ByteSource, at: number, clusterSize: number): void {
  if (clusterSize > mostAtOnce)
    throw new ImageFault('unsupported', `an extension of ${clusterSize} bytes is not read`, at);
  const cluster = bytesAt(file, at, clusterSize, 'the extension');
  if (cluster.toString('hex', 0, 8) !== '87eadc23ef4c23ab')
    throw new ImageFault('malformed', 'the extension does not begin as one', at);
  const sum = createHash('md5').update(cluster.subarray(24)).digest();
  if (!sum.equals(cluster.subarray(8, 24)))
    throw new ImageFault('malformed', 'the checksum of the extension is wrong', at + 8);
  let place = 24;
  while (place + 24 <= cluster.length) {
    const feature = cluster.toString('hex', place, place + 8);
    if (feature === '0000000000000000') return;
    if (feature !== '4ab32c25ae5f3820' || littleEndian64(cluster, place + 8) !== 0)
      throw new ImageFault('unsupported', 'the extension tells of something that is not known', at + place);
    place += 24 + Math.ceil(cluster.readUInt32LE(place + 16) / 8) * 8;
  }
  throw new ImageFault('malformed', 'the extension has no end', at);
}
