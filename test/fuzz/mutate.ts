/** Gives whole numbers below `below`, the same for a seed each time. */
export type Random = (below: number) => number;

/** A generator of numbers that look random (xorshift of 32 bits after a stirred seed). */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13) || 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * below);
  };
}

/** A file to be mutated. */
export interface Seed {
  readonly name: string;
  /** Name of the format, where it is an image of one. */
  readonly format: string | undefined;
  /** What stands in it: the whole file, or of a sparse one only the blocks that are not all zeroes. */
  readonly bytes: Buffer;
  /** Of a sparse file, where each block of `bytes` stands. */
  readonly blocks?: Float64Array;
  /** How long the file is. */
  readonly size: number;
  /** Places where something stands: fields rather than filling. */
  readonly places: Uint32Array;
}

/** Makes a seed; places are looked for in it. */
export function seedOf(name: string, format: string | undefined, bytes: Buffer): Seed {
  const places: number[] = [];
  for (let at = 0; at + 8 <= bytes.length && places.length < 20_000; at += 4) {
    if (at < 256 || bytes.readUInt32LE(at) !== 0) places.push(at);
  }
  return { name, format, bytes, size: bytes.length, places: Uint32Array.from(places) };
}

/** Bytes of a block of a sparse seed. */
export const blockBytes = 4096;

/** Makes a seed of a file that is mostly zeroes, which is read a piece at a time; undefined where more than `most` bytes of it are something else. */
export function sparseSeed(
  name: string,
  size: number,
  read: (target: Buffer, at: number) => void,
  most: number,
): Seed | undefined {
  const kept: Buffer[] = [];
  const blocks: number[] = [];
  const piece = Buffer.alloc(256 * blockBytes);
  for (let at = 0; at < size; at += piece.length) {
    piece.fill(0);
    read(piece.subarray(0, Math.min(piece.length, size - at)), at);
    if (piece.equals(zeroes)) continue;
    for (let start = 0; start < piece.length; start += blockBytes) {
      const block = piece.subarray(start, start + blockBytes);
      if (block.equals(zeroes.subarray(0, blockBytes))) continue;
      kept.push(Buffer.from(block));
      blocks.push(at + start);
      if (kept.length * blockBytes > most) return undefined;
    }
  }
  return { ...seedOf(name, undefined, Buffer.concat(kept)), size, blocks: Float64Array.from(blocks) };
}

const zeroes = Buffer.alloc(256 * blockBytes);

/** A mutated file: the seed's own bytes, changed until it is put back. */
export interface Mutant {
  /** Bytes that the file is said to have: fewer than there are, or more. */
  readonly size: number;
  readonly restore: () => void;
}

/** Mutates a seed in its place: bits, bytes, fields, tables, its size. */
export function mutate({ bytes, places, size: length }: Seed, random: Random): Mutant {
  const undo: { readonly at: number; readonly old: Buffer }[] = [];
  const write = (at: number, value: Uint8Array): void => {
    const end = Math.min(at + value.length, bytes.length);
    if (end <= at) return;
    undo.push({ at, old: Buffer.from(bytes.subarray(at, end)) });
    bytes.set(value.subarray(0, end - at), at);
  };
  const place = (): number => {
    const way = random(10);
    if (way < 6 && places.length > 0) return places[random(places.length)] ?? 0;
    return way < 9 ? random(Math.min(bytes.length, 1024)) : random(bytes.length);
  };
  for (let count = 1 + random(random(3) === 0 ? 8 : 3); count > 0; count--) change(bytes, place, write, random);
  const size = sizeOf(length, random);
  return {
    size,
    restore() {
      for (const { at, old } of undo.reverse()) bytes.set(old, at);
    },
  };
}

function sizeOf(length: number, random: Random): number {
  const way = random(40);
  if (way === 0) return random(length + 1);
  if (way === 1) return Math.max(0, length - random(4096));
  if (way === 2) return length + random(2 ** 20);
  // as sparse as a file can be
  if (way === 3) return length * (1 + random(4096));
  return length;
}

function change(
  bytes: Buffer,
  place: () => number,
  write: (at: number, value: Uint8Array) => void,
  random: Random,
): void {
  const at = place();
  switch (random(9)) {
    case 0:
      write(at, Uint8Array.of(random(256)));
      break;
    case 1:
      write(at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random(8))));
      break;
    case 2:
      write(at, Buffer.alloc(1 + random(16), random(2) * 255));
      break;
    case 3:
    case 4:
      write(at - (at % 4), field(interesting(bytes.length, random), random));
      break;
    case 5: {
      const aligned = Math.min(at - (at % 8), Math.max(0, bytes.length - 8));
      const old =
        bytes.length < 8 ? 0n : random(2) === 0 ? bytes.readBigUInt64BE(aligned) : bytes.readBigUInt64LE(aligned);
      write(aligned, field(old + BigInt(random(5) - 2) * BigInt(2 ** random(24)), random));
      break;
    }
    case 6: {
      // what stands elsewhere
      const from = place();
      write(at, Buffer.from(bytes.subarray(from, from + 2 ** (2 + random(8)))));
      break;
    }
    case 7: {
      // the same entry over and over
      const entry = Buffer.from(bytes.subarray(at, at + 8));
      write(at, Buffer.concat(Array.from({ length: 1 + random(256) }, () => entry)));
      break;
    }
    default:
      write(
        at,
        Uint8Array.from({ length: 1 + random(64) }, () => random(256)),
      );
  }
}

/** Numbers at which things go wrong. */
function interesting(length: number, random: Random): bigint {
  const numbers = [
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    63,
    64,
    255,
    511,
    512,
    4096,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
  ];
  switch (random(5)) {
    case 0:
      return BigInt(length + (random(5) - 2) * 512);
    case 1:
      return BigInt(random(length + 1)) & ~511n;
    case 2:
      return (1n << BigInt(random(64))) - BigInt(random(2));
    case 3:
      return BigInt(random(2 ** 32)) * BigInt(random(2 ** 31));
    default:
      return BigInt(numbers[random(numbers.length)] ?? 0);
  }
}

/** A number as a field of 2, 4 or 8 bytes, either end first. */
function field(number: bigint, random: Random): Buffer {
  const whole = Buffer.alloc(8);
  if (random(2) === 0) {
    whole.writeBigUInt64BE(BigInt.asUintN(64, number));
    return whole.subarray(8 - 2 ** (1 + random(3)));
  }
  whole.writeBigUInt64LE(BigInt.asUintN(64, number));
  return whole.subarray(0, 2 ** (1 + random(3)));
}
