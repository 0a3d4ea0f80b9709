import type { Buffer } from 'node:buffer';
import type { ByteSource } from '#units/byte-source';

/** Makes a source of bytes in memory. */
export const memoryBytes = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  readInto: (target, at) =>
    at >= bytes.length ? 0 : bytes.copy(target, 0, at, Math.min(bytes.length, at + target.length)),
});
