import { Buffer } from 'node:buffer';

/** Gives sixteen bytes as a UUID in five groups, as they stand; undefined where all are zero. */
export const uuidAt = (bytes: Buffer, at: number): string | undefined => grouped(bytes.subarray(at, at + 16));

/** Gives a GUID as Microsoft and EFI store it: the first three groups little end first. */
export function guidAt(bytes: Buffer, at: number): string | undefined {
  const guid = Buffer.from(bytes.subarray(at, at + 16));
  guid.subarray(0, 4).reverse();
  guid.subarray(4, 6).reverse();
  guid.subarray(6, 8).reverse();
  return grouped(guid);
}

function grouped(bytes: Buffer): string | undefined {
  if (bytes.length < 16 || bytes.every(byte => byte === 0)) return undefined;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Gives the serial number of a FAT or exFAT volume, four bytes little end first, as DOS prints it. */
export function serialAt(bytes: Buffer, at: number): string {
  const hex = Buffer.from(bytes.subarray(at, at + 4))
    .reverse()
    .toString('hex')
    .toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/**
 * Gives the text of a field that is filled up with zeroes or blanks: up to the first zero, without white space at its end. A byte that is no UTF-8
 * is written \xHH. Undefined where nothing is left.
 */
export function textAt(bytes: Buffer, at: number, length: number): string | undefined {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return filled(utf8OrHex(end < 0 ? field : field.subarray(0, end)));
}

/** The same of a field in UTF-16. */
export function wideTextAt(bytes: Buffer, at: number, length: number, order: 'little' | 'big'): string | undefined {
  const field = Buffer.from(bytes.subarray(at, at + length - (length % 2)));
  if (order === 'big' && field.length % 2 === 0) field.swap16();
  // by way of UTF-8, which has no halves of a pair
  const text = Buffer.from(field.toString('utf16le')).toString();
  const end = text.indexOf('\0');
  return filled(end < 0 ? text : text.slice(0, end));
}

const filled = (text: string): string | undefined => {
  const trimmed = text.trimEnd();
  return trimmed === '' ? undefined : trimmed;
};

function utf8OrHex(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD')) return text;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(count => !bytes.toString('utf8', at, at + count).includes('\uFFFD'));
    result +=
      length === undefined
        ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
        : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return result;
}

/** Whether bytes stand at a place: of a text one byte for each character (\x00 to \xff). */
export const standsAt = (bytes: Buffer | undefined, at: number, text: string): boolean =>
  bytes !== undefined &&
  at >= 0 &&
  bytes.length >= at + text.length &&
  bytes.toString('latin1', at, at + text.length) === text;

/** Gives blocks × bytes each; undefined where that is no number that a disk could have. */
export function product(count: number, size: number): number | undefined {
  const bytes = count * size;
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

/** Whether a number is a power of two. */
export const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));
