import type { ByteSource } from '#units/byte-source';

const sector = 512;

/** Gives a file as QEMU sees it: in whole sectors, what is missing in the last one reads as zeroes. */
export function wholeSectors(file: ByteSource): ByteSource {
  if (file.size % sector === 0) return file;
  const size = Math.ceil(file.size / sector) * sector;
  return {
    size,
    readInto(target, at) {
      const wanted = Math.max(0, Math.min(target.length, size - at));
      const there = Math.max(0, Math.min(wanted, file.size - at));
      const count = there === 0 ? 0 : file.readInto(there === target.length ? target : target.subarray(0, there), at);
      // cut short while it is read
      if (count < there) return count;
      target.fill(0, count, wanted);
      return wanted;
    },
  };
}
