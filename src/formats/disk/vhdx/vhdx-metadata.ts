import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import { guidAt, vhdxGuid } from '#formats/disk/vhdx/vhdx-guid';
import type { VhdxRegion } from '#formats/disk/vhdx/vhdx-header';
import type { ByteSource } from '#units/byte-source';

/** What the metadata of a VHDX say of the disk (Microsoft: [MS-VHDX], 2.6). Bytes. */
export interface VhdxMetadata {
  readonly virtualSize: number;
  readonly blockSize: number;
  /** Entries for blocks of data between two entries for bitmaps. */
  readonly chunkRatio: number;
}

const tableLength = 64 * 1024;
const most = (tableLength - 32) / 32;
const mebibyte = 1024 * 1024;
/** Sectors of which one bitmap tells. */
const sectorsPerBitmap = 2 ** 23;
const needed = [
  vhdxGuid.fileParameters,
  vhdxGuid.virtualSize,
  vhdxGuid.page83,
  vhdxGuid.logicalSector,
  vhdxGuid.physicalSector,
];
const known: readonly string[] = [...needed, vhdxGuid.parentLocator];

/** Reads the metadata. Throws ImageFault; `unsupported` for a differencing disk, which QEMU does not open either. */
export function readVhdxMetadata(file: ByteSource, region: VhdxRegion): VhdxMetadata {
  const items = readItems(file, region);
  const item = (guid: string, length: number, what: string) => bytesAt(file, items.get(guid) ?? 0, length, what);
  const parameters = item(vhdxGuid.fileParameters, 8, 'the parameters of the file');
  const parametersAt = items.get(vhdxGuid.fileParameters) ?? 0;
  if ((parameters.readUInt32LE(4) & 2) !== 0)
    throw new ImageFault('unsupported', 'it is a differencing disk, the child of another one', parametersAt + 4);
  const blockSize = parameters.readUInt32LE(0);
  const isBlock = blockSize >= mebibyte && blockSize <= 256 * mebibyte && Number.isInteger(Math.log2(blockSize));
  if (!isBlock) throw new ImageFault('malformed', `a block cannot have ${blockSize} bytes`, parametersAt);
  const sector = item(vhdxGuid.logicalSector, 4, 'the size of a sector').readUInt32LE(0);
  if (sector !== 512 && sector !== 4096)
    throw new ImageFault('malformed', `a sector cannot have ${sector} bytes`, items.get(vhdxGuid.logicalSector));
  const virtualSize = littleEndian64(item(vhdxGuid.virtualSize, 8, 'the size of the disk'), 0);
  // 64 TiB, the largest that the specification knows
  if (virtualSize > 2 ** 46)
    throw new ImageFault('malformed', `the disk cannot have ${virtualSize} bytes`, items.get(vhdxGuid.virtualSize));
  return {
    virtualSize: virtualSize - (virtualSize % sector),
    blockSize,
    chunkRatio: (sectorsPerBitmap * sector) / blockSize,
  };
}

/** Where the things that are told stand in the file. */
function readItems(file: ByteSource, { start }: VhdxRegion): ReadonlyMap<string, number> {
  const table = bytesAt(file, start, tableLength, 'the metadata');
  if (table.toString('latin1', 0, 8) !== 'metadata')
    throw new ImageFault('malformed', 'the metadata do not begin as such', start);
  const count = table.readUInt16LE(10);
  if (count > most) throw new ImageFault('malformed', `${count} metadata are too many`, start + 10);
  const items = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const entry = 32 + index * 32;
    const guid = guidAt(table, entry);
    const isKnown = known.includes(guid);
    if (isKnown && items.has(guid))
      throw new ImageFault('malformed', `the metadata ${guid} stand there twice`, start + entry);
    if (!isKnown && (table.readUInt32LE(entry + 24) & 4) !== 0)
      throw new ImageFault('unsupported', `the metadata ${guid} must be known, and are not`, start + entry);
    items.set(guid, start + table.readUInt32LE(entry + 16));
  }
  const missing = needed.find(guid => !items.has(guid));
  if (missing !== undefined) throw new ImageFault('malformed', `the metadata ${missing} are missing`, start);
  return items;
}
