import type { ByteSource } from '#units/byte-source';

/** Bytes at their places, the rest zeroes, as a file. */
export function bytesAtPlaces(size: number, places: Readonly<Record<number, string | Uint8Array>>): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, content] of Object.entries(places)) {
    const piece = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    bytes.set(piece, Number(at));
  }
  return bytes;
}

/** Bytes in memory as something to read from. */
export const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  readInto: (target, at) => (at >= bytes.length ? 0 : bytes.copy(target, 0, at)),
});

/** Numbers of 8, 16, 32 and 64 bits in a row, the little end first. */
export function little(...numbers: readonly (readonly [bits: 8 | 16 | 32 | 64, value: number | bigint])[]): Buffer {
  return Buffer.concat(
    numbers.map(([bits, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, bits / 8);
    }),
  );
}

/** The same, the big end first. */
export const big = (...numbers: readonly (readonly [bits: 8 | 16 | 32 | 64, value: number | bigint])[]): Buffer =>
  Buffer.concat(numbers.map(number => little(number).reverse()));
