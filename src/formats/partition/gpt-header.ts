import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { littleEndian64 } from '#formats/disk/read-bytes';
import { guidAt, standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/** A GPT header that is sound, with its entries (UEFI 2.10, §5.3.2). */
export interface GptHeader {
  /** Byte at which it stands. */
  readonly at: number;
  readonly sectorSize: number;
  readonly id: string | undefined;
  /** Sectors. */
  readonly alternate: number;
  readonly firstUsable: number;
  readonly lastUsable: number;
  readonly entryCount: number;
  readonly entrySize: number;
  readonly entriesSum: number;
  readonly entries: Buffer;
}

const leastSize = 92;
const mostEntries = 1024 * 1024;

/** Why a header does not count, or the header. */
export type HeaderRead = { readonly header: GptHeader } | { readonly why: string; readonly isMarked: boolean };

/** Reads the header in a sector and its entries, and checks both. */
export function readGptHeader(look: Look, sector: number, sectorSize: number): HeaderRead {
  const at = sector * sectorSize;
  const bytes = look.at(at, Math.min(sectorSize, 4096));
  if (bytes === undefined || !standsAt(bytes, 0, 'EFI PART')) return { why: 'is not there', isMarked: false };
  const size = bytes.readUInt32LE(12);
  const bad = (why: string): HeaderRead => ({ why, isMarked: true });
  if (size < leastSize || size > bytes.length) return bad(`says that it has ${size} bytes`);
  const sealed = Buffer.from(bytes.subarray(0, size));
  sealed.writeUInt32LE(0, 16);
  if (crc32(sealed) !== bytes.readUInt32LE(16)) return bad('has a wrong checksum');
  if (littleEndian64(bytes, 24) !== sector) return bad(`says that it stands in sector ${littleEndian64(bytes, 24)}`);
  const [entryCount, entrySize, entriesSum] = [bytes.readUInt32LE(80), bytes.readUInt32LE(84), bytes.readUInt32LE(88)];
  if (entrySize < 128 || entrySize % 8 !== 0 || entryCount === 0 || entryCount * entrySize > mostEntries)
    return bad(`says that there are ${entryCount} entries of ${entrySize} bytes`);
  const [firstUsable, lastUsable] = [littleEndian64(bytes, 40), littleEndian64(bytes, 48)];
  if (firstUsable > lastUsable + 1) return bad('has no room for partitions');
  const entries = look.at(littleEndian64(bytes, 72) * sectorSize, entryCount * entrySize);
  if (entries === undefined) return bad('has its entries outside the disk');
  if (crc32(entries) !== entriesSum) return bad('is sound, but its entries have a wrong checksum');
  return {
    header: {
      at,
      sectorSize,
      id: guidAt(bytes, 56),
      alternate: littleEndian64(bytes, 32),
      firstUsable,
      lastUsable,
      entryCount,
      entrySize,
      entriesSum,
      entries,
    },
  };
}
