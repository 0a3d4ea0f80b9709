import { Buffer } from 'node:buffer';
import { crc32c } from '#formats/checksum/crc32c';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import { guidAt, vhdxGuid } from '#formats/disk/vhdx/vhdx-guid';
import type { ByteSource } from '#units/byte-source';

/** A stretch of the file that is kept for something. Bytes. */
export interface VhdxRegion {
  readonly start: number;
  readonly length: number;
  /** In a few words. */
  readonly what: string;
}

/** What the headers and the table of regions say (Microsoft: [MS-VHDX], 2.2). */
export interface VhdxHeader {
  readonly log: VhdxRegion;
  readonly logGuid: string;
  readonly metadata: VhdxRegion;
  readonly blockTable: VhdxRegion;
  /** All of them, the log too. */
  readonly regions: readonly VhdxRegion[];
}

const headersAt = [64 * 1024, 128 * 1024];
const headerLength = 4096;
const regionTableAt = 192 * 1024;
const regionTableLength = 64 * 1024;
const mostRegions = 2047;
const logUnit = 1024 * 1024;

/** Reads headers and regions. Throws ImageFault. */
export function readVhdxHeader(file: ByteSource): VhdxHeader {
  if (bytesAt(file, 0, 8, 'the signature').toString('latin1') !== 'vhdxfile')
    throw new ImageFault('not-this-format', 'no VHDX image', 0);
  const { bytes, at } = currentHeader(file);
  const log = { start: littleEndian64(bytes, 72), length: bytes.readUInt32LE(68), what: 'the log' };
  if (log.start < logUnit || log.start % logUnit !== 0 || log.length % logUnit !== 0)
    throw new ImageFault('malformed', `the log cannot stand in ${log.length} bytes from ${log.start} on`, at + 68);
  if (bytes.readUInt16LE(64) !== 0)
    throw new ImageFault('unsupported', `a log of version ${bytes.readUInt16LE(64)} is not read`, at + 64);
  return { log, logGuid: guidAt(bytes, 48), ...readRegions(file, log) };
}

/** The header with the higher number of the two that are sound: they are written by turns. */
function currentHeader(file: ByteSource): { readonly bytes: Buffer; readonly at: number } {
  const sound = headersAt.flatMap(at => {
    const bytes = bytesAt(file, at, headerLength, 'a header');
    const isSound = bytes.toString('latin1', 0, 4) === 'head' && bytes.readUInt16LE(66) === 1 && sumIsRight(bytes);
    return isSound ? [{ bytes, at, number: bytes.readBigUInt64LE(8) }] : [];
  });
  const [first, second] = sound;
  if (first === undefined) throw new ImageFault('malformed', 'neither of the two headers is sound', headersAt[0]);
  if (second === undefined) return first;
  if (first.number !== second.number) return first.number > second.number ? first : second;
  // Disk2vhd writes the same one twice
  if (first.bytes.equals(second.bytes)) return first;
  throw new ImageFault('malformed', 'two headers that differ have the same number', second.at + 8);
}

function sumIsRight(bytes: Buffer): boolean {
  const zeroed = Buffer.from(bytes);
  zeroed.writeUInt32LE(0, 4);
  return crc32c(zeroed) === bytes.readUInt32LE(4);
}

function readRegions(file: ByteSource, log: VhdxRegion): Pick<VhdxHeader, 'metadata' | 'blockTable' | 'regions'> {
  const table = bytesAt(file, regionTableAt, regionTableLength, 'the table of regions');
  if (table.toString('latin1', 0, 4) !== 'regi')
    throw new ImageFault('malformed', 'the table of regions does not begin as one', regionTableAt);
  if (!sumIsRight(table))
    throw new ImageFault('malformed', 'the checksum of the table of regions is wrong', regionTableAt + 4);
  const count = table.readUInt32LE(8);
  if (count > mostRegions) throw new ImageFault('malformed', `${count} regions are too many`, regionTableAt + 8);
  const regions: VhdxRegion[] = [log];
  const found = new Map<string, VhdxRegion>();
  for (let index = 0; index < count; index += 1) {
    const entry = 16 + index * 32;
    const at = regionTableAt + entry;
    const guid = guidAt(table, entry);
    const isNeeded = (table.readUInt32LE(entry + 28) & 1) !== 0;
    const what =
      guid === vhdxGuid.blockTable ? 'the table of blocks' : guid === vhdxGuid.metadata ? 'the metadata' : 'a region';
    if (what === 'a region' && isNeeded)
      throw new ImageFault('unsupported', `a region ${guid} must be known, and is not`, at);
    const region = { start: littleEndian64(table, entry + 16), length: table.readUInt32LE(entry + 24), what };
    const other = overlapped(regions, region.start, region.length);
    if (other !== undefined) throw new ImageFault('malformed', `${what} overlaps with ${other.what}`, at + 16);
    if (found.has(guid) && what !== 'a region') throw new ImageFault('malformed', `${what} is said to be twice`, at);
    regions.push(region);
    found.set(guid, region);
  }
  const metadata = found.get(vhdxGuid.metadata);
  const blockTable = found.get(vhdxGuid.blockTable);
  if (metadata === undefined || blockTable === undefined)
    throw new ImageFault('malformed', 'the table of blocks or the metadata is missing', regionTableAt);
  return { metadata, blockTable, regions };
}

/** Gives the region that a stretch overlaps with. */
export const overlapped = (regions: readonly VhdxRegion[], start: number, length: number): VhdxRegion | undefined =>
  regions.find(other => start < other.start + other.length && start + length > other.start);
