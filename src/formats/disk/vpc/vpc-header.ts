import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';
import { vpcParent } from '#formats/disk/vpc/vpc-parent';
import type { ByteSource } from '#units/byte-source';

/** What the footer and the header say (Microsoft: Virtual Hard Disk Image Format Specification). Sizes and offsets in bytes. */
export interface VpcHeader {
  readonly virtualSize: number;
  /** Undefined: a fixed disk, which stands in the file as it is. */
  readonly dynamic: VpcDynamic | undefined;
}

/** What a disk that grows has in addition. */
export interface VpcDynamic {
  readonly blockSize: number;
  /** What stands before each block, and tells of its sectors. */
  readonly bitmapSize: number;
  readonly tableAt: number;
  readonly entries: number;
  /** The name of the disk that this one differs from. Undefined: it stands for itself. */
  readonly parent: string | undefined;
}

const footerLength = 512;
const headerLength = 1024;
const type = { fixed: 2, dynamic: 3, differencing: 4 };
/** Sectors of the largest disk: 2,040 GiB. */
const mostSectors = (2040 * 1024 ** 3) / 512;
/** Sectors of the largest geometry; then the true size stands beside it. */
const largestGeometry = 65535 * 16 * 255;
/** Programs that write the size that they mean, not one rounded to a geometry (QEMU: block/vpc.c). */
const sizeWriters = ['win ', 'qem2', 'd2v ', 'CTXS', 'tap\0'];

/** Whether these bytes begin a footer. */
export const isVpcFooter = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 8)) === 'conectix';

/** Reads what a VHD says of itself. Throws ImageFault. */
export function readVpcHeader(file: ByteSource): VpcHeader {
  const first = bytesAt(file, 0, footerLength, 'the header');
  const isCopyInFront = isVpcFooter(first);
  const footerAt = isCopyInFront ? 0 : file.size - footerLength;
  const footer = isCopyInFront ? first : bytesAt(file, footerAt, footerLength, 'the footer');
  if (!isVpcFooter(footer)) throw new ImageFault('not-this-format', 'no VHD image: it has no footer', footerAt);
  if (checksum(footer, 64) !== footer.readUInt32BE(64))
    throw new ImageFault('malformed', 'the checksum of the footer is wrong', footerAt + 64);
  const sectors = sectorsOf(footer);
  if (sectors > mostSectors)
    throw new ImageFault('malformed', `${sectors} sectors are more than a VHD can have`, footerAt + 48);
  const virtualSize = sectors * 512;
  const kind = footer.readUInt32BE(60);
  if (kind === type.fixed) return { virtualSize, dynamic: undefined };
  if ((kind !== type.dynamic && kind !== type.differencing) || !isCopyInFront)
    throw new ImageFault('malformed', `a disk of type ${kind} is none, or not written like that`, footerAt + 60);
  return { virtualSize, dynamic: readDynamic(file, bigEndian64(footer, 16), virtualSize, kind === type.differencing) };
}

function sectorsOf(footer: Buffer): number {
  const geometry = footer.readUInt16BE(56) * footer.readUInt8(58) * footer.readUInt8(59);
  const writer = footer.toString('latin1', 28, 32);
  const isMeant = sizeWriters.includes(writer) || geometry === largestGeometry;
  return isMeant ? Math.floor(bigEndian64(footer, 48) / 512) : geometry;
}

function readDynamic(file: ByteSource, at: number, virtualSize: number, hasParent: boolean): VpcDynamic {
  const header = bytesAt(file, at, headerLength, 'the header of a disk that grows');
  if (header.toString('latin1', 0, 8) !== 'cxsparse')
    throw new ImageFault('malformed', 'the header of a disk that grows does not begin as one', at);
  const blockSize = header.readUInt32BE(32);
  if (blockSize < 512 || !Number.isInteger(Math.log2(blockSize)))
    throw new ImageFault('malformed', `a block cannot have ${blockSize} bytes`, at + 32);
  const entries = header.readUInt32BE(28);
  if (entries * blockSize < virtualSize || entries > 0x7fffffff / 4)
    throw new ImageFault(
      'malformed',
      `a table of ${entries} blocks does not go with a disk of ${virtualSize} bytes`,
      at + 28,
    );
  const tableAt = bigEndian64(header, 16);
  if (!(tableAt + entries * 4 <= file.size))
    throw new ImageFault('cut-short', `the table ends at ${tableAt + entries * 4}, the file at ${file.size}`, tableAt);
  const bitmapSize = Math.ceil(Math.floor(blockSize / 4096) / 512) * 512;
  return { blockSize, bitmapSize, tableAt, entries, parent: hasParent ? vpcParent(file, header, at) : undefined };
}

/** The ones' complement of the sum of all bytes but those of the sum itself. */
function checksum(bytes: Buffer, at: number): number {
  let sum = 0;
  for (const [index, byte] of bytes.entries()) if (index < at || index >= at + 4) sum += byte;
  return ~sum >>> 0;
}
