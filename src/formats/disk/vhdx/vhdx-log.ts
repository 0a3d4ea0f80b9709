import { Buffer } from 'node:buffer';
import { crc32c } from '#formats/checksum/crc32c';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import { guidAt, vhdxGuid } from '#formats/disk/vhdx/vhdx-guid';
import type { VhdxHeader } from '#formats/disk/vhdx/vhdx-header';
import type { ByteSource } from '#units/byte-source';

/** The log is written and read in sectors of so many bytes. */
const sector = 4096;
/** Longer logs are not looked through. */
const mostLog = 32 * 1024 * 1024;
/** Bytes of entries that are summed up before it is given up: a sound log has each of its bytes in one entry at most. */
const mostSummed = 2 * mostLog;

/**
 * Looks whether the log (Microsoft: [MS-VHDX], 2.3) holds entries that were never carried over: then the image is only sound with them, and must be
 * opened for writing once. Gives the byte at which the first stands; undefined where there is none. Throws ImageFault where it cannot be told.
 */
export function dirtyLogEntry(file: ByteSource, { log, logGuid }: VhdxHeader): number | undefined {
  if (logGuid === vhdxGuid.none || log.length === 0) return undefined;
  if (log.length > mostLog)
    throw new ImageFault('unsupported', `a log of ${log.length} bytes is not looked through`, log.start);
  const ring = bytesAt(file, log.start, log.length, 'the log');
  let summed = 0;
  for (let at = 0; at < ring.length; at += sector) {
    const length = entryLength(ring, at, logGuid);
    if (length === undefined) continue;
    summed += length;
    if (summed > mostSummed) throw new ImageFault('malformed', 'the entries of the log overlap', log.start + at);
    if (isWhole(wrapped(ring, at, length))) return log.start + at;
  }
  return undefined;
}

/** Gives the bytes of the entry that begins at a place of the ring; undefined where none of this log begins there. */
function entryLength(ring: Buffer, at: number, logGuid: string): number | undefined {
  if (ring.toString('latin1', at, at + 4) !== 'loge' || guidAt(ring, at + 32) !== logGuid) return undefined;
  const length = ring.readUInt32LE(at + 8);
  if (length > ring.length || length % sector !== 0 || ring.readBigUInt64LE(at + 16) === 0n) return undefined;
  const descriptors = ring.readUInt32LE(at + 24);
  return descriptors * 32 > length ? undefined : Math.max(length, sector);
}

function isWhole(entry: Buffer): boolean {
  const descriptors = entry.readUInt32LE(24);
  if (64 + descriptors * 32 > entry.length) return false;
  for (let at = 64; at < 64 + descriptors * 32; at += 32) {
    const kind = entry.toString('latin1', at, at + 4);
    const isZero = kind === 'zero' && entry.readBigUInt64LE(at + 8) % 4096n === 0n;
    if (!isZero && kind !== 'desc') return false;
    if (entry.readBigUInt64LE(at + 16) % 4096n !== 0n) return false;
    if (entry.readBigUInt64LE(at + 24) !== entry.readBigUInt64LE(16)) return false;
  }
  const sum = entry.readUInt32LE(4);
  entry.writeUInt32LE(0, 4);
  return crc32c(entry) === sum;
}

/** A copy of a stretch of the ring, which goes on at its beginning. */
const wrapped = (ring: Buffer, at: number, length: number): Buffer =>
  Buffer.concat([ring.subarray(at, at + length), ring.subarray(0, Math.max(0, at + length - ring.length))]);
