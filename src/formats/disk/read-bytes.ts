import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { ByteSource } from '#units/byte-source';

/** The most that is read of one structure, in bytes: longer ones are read in pieces. */
export const mostAtOnce = 64 * 1024 * 1024;

/**
 * Gives `length` bytes of a source from byte `at` on, all of them. `what` names them in the fault. Throws ImageFault where the source ends before
 * (`cut-short`), and where an image asks for more than is ever read at once (`malformed`).
 */
export function bytesAt(source: ByteSource, at: number, length: number, what: string): Buffer {
  if (!Number.isSafeInteger(at) || at < 0 || !Number.isSafeInteger(length) || length < 0 || length > mostAtOnce)
    throw new ImageFault('malformed', `${what} is said to be ${length} bytes at ${at}`);
  if (at + length > source.size)
    throw new ImageFault('cut-short', `${what} ends at ${at + length}, the file at ${source.size}`, at);
  const bytes = Buffer.allocUnsafe(length);
  const count = source.readInto(bytes, at);
  if (count < length)
    throw new ImageFault('cut-short', `${what} cannot be read whole: ${count} of ${length} bytes`, at);
  return bytes;
}

/** Gives an unsigned number of 64 bits, big end first; above 2⁵³ it is not exact, and always above any offset that is read. */
export const bigEndian64 = (bytes: Buffer, at: number): number =>
  bytes.readUInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);

/** Gives an unsigned number of 64 bits, little end first; above 2⁵³ it is not exact. */
export const littleEndian64 = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;

/** Fills a target with what stands at byte `at` of a file. Throws ImageFault `cut-short` where the file ends before. */
export function fillFrom(file: ByteSource, at: number, target: Uint8Array): void {
  if (!Number.isSafeInteger(at) || at + target.length > file.size || file.readInto(target, at) < target.length)
    throw new ImageFault(
      'cut-short',
      `data that stands from byte ${at} to ${at + target.length} is beyond the end of the file`,
      at,
    );
}
