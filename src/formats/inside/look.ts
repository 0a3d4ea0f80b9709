import { Buffer } from 'node:buffer';
import type { ByteSource } from '#units/byte-source';

/** A way to look at bytes here and there without reading the same twice. */
export interface Look {
  /** Bytes of the source. */
  readonly size: number;
  /** Gives the bytes at a place; undefined where not all of them are there, and where more than a mebibyte is asked for. */
  readonly at: (offset: number, length: number) => Buffer | undefined;
}

/** Bytes that are read at once, and how many such pieces are kept: half a mebibyte in all. */
const pieceSize = 16 * 1024;
const mostPieces = 32;
const mostAtOnce = 1024 * 1024;

/** Makes a look at a source. */
export function lookAt(source: ByteSource): Look {
  const pieces = new Map<number, Buffer>();
  const piece = (index: number): Buffer => {
    const known = pieces.get(index);
    if (known !== undefined) return known;
    const bytes = Buffer.alloc(Math.min(pieceSize, source.size - index * pieceSize));
    const count = source.readInto(bytes, index * pieceSize);
    const [oldest] = pieces.keys();
    if (pieces.size >= mostPieces && oldest !== undefined) pieces.delete(oldest);
    const whole = count < bytes.length ? bytes.subarray(0, count) : bytes;
    pieces.set(index, whole);
    return whole;
  };
  return {
    size: source.size,
    at(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 0) return undefined;
      if (length > mostAtOnce || offset + length > source.size) return undefined;
      const first = Math.floor(offset / pieceSize);
      const within = offset - first * pieceSize;
      if (within + length <= pieceSize) return wholeOf(piece(first).subarray(within, within + length), length);
      const bytes = Buffer.allocUnsafe(length);
      return source.readInto(bytes, offset) < length ? undefined : bytes;
    },
  };
}

const wholeOf = (bytes: Buffer, length: number): Buffer | undefined => (bytes.length === length ? bytes : undefined);
