declare const unit: unique symbol;

/** A whole number of bytes, 0 to 2⁵³−1. */
export type Bytes = number & { readonly [unit]: 'bytes' };

/** Takes a count of bytes. Throws RangeError for fractions, negatives and counts over 2⁵³−1. */
export function bytes(count: number): Bytes {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of bytes: ${count}`);
  return count as Bytes;
}

/** Takes KiB (1,024 bytes). */
export const kib = (count: number): Bytes => bytes(count * 1024);

/** Takes MiB (1,024² bytes). */
export const mib = (count: number): Bytes => bytes(count * 1024 ** 2);

/** Takes GiB (1,024³ bytes). */
export const gib = (count: number): Bytes => bytes(count * 1024 ** 3);

/** Gives the sum of some byte counts. */
export const sumBytes = (counts: Iterable<Bytes>): Bytes => {
  let sum = 0;
  for (const count of counts) sum += count;
  return bytes(sum);
};

/** Gives `count` less `taken`, 0 where more is taken than there is. */
export const lessBytes = (count: Bytes, taken: Bytes): Bytes => bytes(Math.max(0, count - taken));

const scales: readonly (readonly [string, number])[] = [
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
];

/** Prints a byte count for a person, in binary units: `4 GiB`, `1.5 GiB`, `512 bytes`. */
export function printBytes(count: Bytes): string {
  for (const [name, size] of scales) {
    if (count < size) continue;
    const exact = count / size;
    const digits = Number.isInteger(exact) ? 0 : exact >= 100 ? 0 : exact >= 10 ? 1 : 2;
    return `${Number(exact.toFixed(digits))} ${name}`;
  }
  return `${count} bytes`;
}
