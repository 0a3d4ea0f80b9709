import type { ByteSource } from '#units/byte-source';

/** Fills a target with what stands at a byte of a file; what lies beyond its end is zeroes, as QEMU reads it. */
export function readPadded(file: ByteSource, target: Buffer, at: number): void {
  const there = Math.max(0, Math.min(target.length, file.size - at));
  const count = there === 0 ? 0 : file.readInto(there === target.length ? target : target.subarray(0, there), at);
  target.fill(0, count);
}

/** Gives a table of 64-bit entries as words of 32 bits, the upper half of each first; what lies beyond the file's end is zeroes. */
export function paddedWords(file: ByteSource, at: number, length: number): Int32Array {
  // its own memory, not a piece of the pool: words must be aligned
  const bytes = Buffer.from(new ArrayBuffer(length));
  readPadded(file, bytes, at);
  return wordsIn(bytes);
}

/** Turns the bytes of each word round in their place, and gives the words. */
export function wordsIn(bytes: Buffer): Int32Array {
  bytes.swap32();
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
