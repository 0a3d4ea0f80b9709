import { ImageFault } from '#formats/disk/image-fault';
import {
  bitmapsBit,
  incompatibleBit,
  knownFeatures,
  type Qcow2Header,
  rawDataFileBit,
} from '#formats/disk/qcow2/qcow2-header';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** What stands in the first cluster after the header (docs/interop/qcow2.txt, Header extensions), and the name of the layer below. */
export interface HeaderExtensions {
  readonly backingName: string | undefined;
  readonly backingFormat: string | undefined;
  /** Name of the file that holds the guest's data. */
  readonly dataFile: string | undefined;
  /** Where the LUKS header stands. */
  readonly luksHeader: { readonly offset: number; readonly length: number } | undefined;
  readonly bitmaps: BitmapsExtension | undefined;
}

/** Where the directory of persistent bitmaps stands. */
export interface BitmapsExtension {
  readonly count: number;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

const extension = {
  end: 0,
  backingFormat: 0xe2792aca,
  featureNames: 0x6803f857,
  luksHeader: 0x0537be77,
  bitmaps: 0x23852875,
  dataFile: 0x44415441,
} as const;

const mostBitmaps = 65_535;
const mostDirectoryBytes = 1024 * mostBitmaps;

/**
 * Reads all that stands in the first cluster after the header. Throws ImageFault where an extension contradicts the header; `unsupported`, by name,
 * where the image has features that are not known.
 */
export function readExtensions(file: ByteSource, header: Qcow2Header): HeaderExtensions {
  const end = header.backingOffset === 0 ? header.clusterSize : header.backingOffset;
  const unknown = header.incompatible & ~knownFeatures;
  let backingFormat: string | undefined;
  let dataFile: string | undefined;
  let luksHeader: HeaderExtensions['luksHeader'];
  let bitmaps: BitmapsExtension | undefined;
  let featureNames: Buffer | undefined;
  for (const { magic, at, data } of extensionsIn(file, header.headerLength, end)) {
    if (magic === extension.backingFormat) backingFormat = formatName(data, at);
    else if (magic === extension.dataFile) dataFile = text(data);
    else if (magic === extension.featureNames) featureNames = data;
    else if (unknown !== 0n) continue;
    else if (magic === extension.luksHeader) luksHeader = luksPlace(data, at, header);
    else if (magic === extension.bitmaps) bitmaps = bitmapsPlace(data, at, header);
  }
  if (unknown !== 0n)
    throw new ImageFault('unsupported', `it needs features that are not known: ${namesOf(unknown, featureNames)}`, 72);
  const hasDataFile = (header.incompatible & incompatibleBit.dataFile) !== 0n;
  if (!hasDataFile && (header.autoclear & rawDataFileBit) !== 0n)
    throw new ImageFault('malformed', 'it is marked as having a raw data file, and has no data file', 88);
  return { backingName: backingName(file, header), backingFormat, dataFile, luksHeader, bitmaps };
}

interface Extension {
  readonly magic: number;
  /** Byte of the file at which its data starts. */
  readonly at: number;
  readonly data: Buffer;
}

/** Most images have all extensions in here. */
const usualLength = 4096;

function* extensionsIn(file: ByteSource, start: number, end: number): Generator<Extension> {
  const last = Math.min(end, file.size);
  let area = bytesAt(file, 0, Math.min(last, usualLength), 'the header extensions');
  for (let at = start; at < last; ) {
    if (at + 8 > area.length && area.length < last) area = bytesAt(file, 0, last, 'the header extensions');
    // where the file ends, the extensions do
    if (at + 8 > area.length) return;
    const magic = area.readUInt32BE(at);
    const length = area.readUInt32BE(at + 4);
    const from = at + 8;
    if (from > end || length > end - from)
      throw new ImageFault(
        'malformed',
        `a header extension is said to be ${length} bytes, beyond the first cluster or the backing file's name`,
        at,
      );
    if (magic === extension.end) return;
    if (from + length > area.length && area.length < last) area = bytesAt(file, 0, last, 'the header extensions');
    if (from + length > area.length) throw new ImageFault('cut-short', 'the file ends within a header extension', at);
    yield { magic, at: from, data: area.subarray(from, from + length) };
    at = from + Math.ceil(length / 8) * 8;
  }
}

function formatName(data: Buffer, at: number): string {
  if (data.length >= 16)
    throw new ImageFault('malformed', `the name of the backing format is ${data.length} bytes: too long`, at);
  return text(data);
}

function luksPlace(
  data: Buffer,
  at: number,
  { encryption, clusterSize }: Qcow2Header,
): { offset: number; length: number } {
  if (encryption !== 'luks')
    throw new ImageFault('malformed', 'it has the place of a LUKS header, and is not encrypted with LUKS', at);
  if (data.length !== 16)
    throw new ImageFault('malformed', `the place of the LUKS header has ${data.length} bytes, not 16`, at);
  const [offset, length] = [bigEndian64(data, 0), bigEndian64(data, 8)];
  if (offset % clusterSize !== 0)
    throw new ImageFault('malformed', `the LUKS header is said to stand at ${offset}: not the start of a cluster`, at);
  return { offset, length };
}

function bitmapsPlace(data: Buffer, at: number, { autoclear, clusterSize }: Qcow2Header): BitmapsExtension | undefined {
  if (data.length !== 24)
    throw new ImageFault('malformed', `the place of the bitmaps has ${data.length} bytes, not 24`, at);
  // a program that knows no bitmaps has written to the image: what they say is no longer so
  if ((autoclear & bitmapsBit) === 0n) return undefined;
  const [count, reserved] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [length, offset] = [bigEndian64(data, 8), bigEndian64(data, 16)];
  if (reserved !== 0) throw new ImageFault('malformed', 'a reserved field of the bitmaps is set', at + 4);
  if (count === 0 || count > mostBitmaps) throw new ImageFault('malformed', `it is said to have ${count} bitmaps`, at);
  if (offset % clusterSize !== 0)
    throw new ImageFault(
      'malformed',
      `the directory of bitmaps is said to stand at ${offset}: not the start of a cluster`,
      at + 16,
    );
  if (length > mostDirectoryBytes)
    throw new ImageFault('malformed', `the directory of bitmaps is said to be ${length} bytes: too large`, at + 8);
  return { count, offset, length };
}

function backingName(file: ByteSource, { backingOffset, backingLength, clusterSize }: Qcow2Header): string | undefined {
  if (backingOffset === 0) return undefined;
  if (backingLength > Math.min(1023, clusterSize - backingOffset))
    throw new ImageFault(
      'malformed',
      `the name of the backing file is said to be ${backingLength} bytes: too long`,
      16,
    );
  const name = text(bytesAt(file, backingOffset, backingLength, 'the name of the backing file'));
  return name === '' ? undefined : name;
}

/** Names the bits that are set, by the names that the image gives them, else by their numbers. */
function namesOf(bits: bigint, table: Buffer | undefined): string {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if ((bits & (1n << BigInt(bit))) !== 0n) names.push(nameOf(bit, table) ?? `bit ${bit}`);
  }
  return names.join(', ');
}

/** An entry: 0 for incompatible, the bit, and a name of 46 bytes. */
const nameEntry = 48;

function nameOf(bit: number, table: Buffer | undefined): string | undefined {
  if (table === undefined) return undefined;
  for (let at = 0; at + nameEntry <= table.length; at += nameEntry) {
    if (table[at] === 0 && table[at + 1] === bit) {
      const name = text(table.subarray(at + 2, at + nameEntry));
      return name === '' ? undefined : name;
    }
  }
  return undefined;
}

/** Text as C reads it: up to the first zero byte. */
function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}
