import type { ByteSource } from '#units/byte-source';

/** Makes a source of a stretch of another: a partition of a disk. What is said to lie beyond the end of it is not there. */
export function sliceBytes(source: ByteSource, start: number, length: number): ByteSource {
  const size = Math.max(0, Math.min(length, source.size - start));
  return {
    size,
    readInto(target, at) {
      if (at >= size) return 0;
      const room = size - at;
      return source.readInto(target.length > room ? target.subarray(0, room) : target, start + at);
    },
  };
}
