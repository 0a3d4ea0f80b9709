import { BackwardBits, broken } from '#formats/disk/zstd/bit-readers';
import type { FixedTables } from '#formats/disk/zstd/fixed-tables';
import { type FseTable, readFseTable, singleSymbolTable } from '#formats/disk/zstd/fse-table';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from '#formats/disk/zstd/huffman-table';

/** What goes on from one block of a frame to the next. */
export interface FrameState {
  readonly target: Uint8Array;
  /** Byte of the target at which the frame starts. */
  readonly start: number;
  /** Byte of the target to be written next. */
  at: number;
  huffman: HuffmanTable | undefined;
  readonly tables: [literals: FseTable | undefined, offsets: FseTable | undefined, matches: FseTable | undefined];
  readonly repeats: [number, number, number];
  readonly fixed: FixedTables;
}

const mostLiterals = 128 * 1024;

/** Decodes a compressed block (RFC 8878, 3.1.1.3) into the target. */
export function decodeBlock(block: Uint8Array, frame: FrameState): void {
  const { literals, end } = readLiterals(block, frame);
  decodeSequences(block, end, literals, frame);
}

function readLiterals(block: Uint8Array, frame: FrameState): { readonly literals: Uint8Array; readonly end: number } {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = block;
  const type = first & 3;
  const format = (first >>> 2) & 3;
  if (type < 2) {
    const bytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = bytes === 1 ? first >>> 3 : (first >>> 4) | (second << 4) | (bytes === 3 ? third << 12 : 0);
    const end = bytes + (type === 0 ? size : 1);
    if (size > mostLiterals || end > block.length) throw broken('literals end too early');
    return { literals: type === 0 ? block.subarray(bytes, end) : new Uint8Array(size).fill(block[bytes] ?? 0), end };
  }
  const bytes = format < 2 ? 3 : format + 2;
  const width = format < 2 ? 10 : format === 2 ? 14 : 18;
  // above 32 bits: not by shifts
  const sizes =
    (first +
      second * 0x100 +
      third * 0x1_0000 +
      (bytes > 3 ? fourth * 0x100_0000 : 0) +
      (bytes > 4 ? fifth * 0x1_0000_0000 : 0)) /
    16;
  const size = Math.floor(sizes) % 2 ** width;
  const end = bytes + (Math.floor(sizes / 2 ** width) % 2 ** width);
  if (size > mostLiterals || end > block.length) throw broken('literals end too early');
  let from = bytes;
  if (type === 2) {
    const read = readHuffmanTable(block.subarray(0, end), from);
    frame.huffman = read.table;
    from = read.end;
  }
  if (frame.huffman === undefined) throw broken('literals come without a code table');
  const literals = new Uint8Array(size);
  if (format === 0) decodeHuffman(frame.huffman, block, from, end, literals);
  else decodeFour(frame.huffman, block, from, end, literals);
  return { literals, end };
}

/** Literals in four streams, the sizes of the first three before them. */
function decodeFour(table: HuffmanTable, block: Uint8Array, start: number, end: number, literals: Uint8Array): void {
  const quarter = (literals.length + 3) >>> 2;
  let from = start + 6;
  for (let stream = 0; stream < 4; stream++) {
    const size = (block[start + stream * 2] ?? 0) | ((block[start + stream * 2 + 1] ?? 0) << 8);
    const to = stream === 3 ? end : from + size;
    if (to > end || quarter * stream > literals.length) throw broken('a stream of literals ends too early');
    decodeHuffman(
      table,
      block,
      from,
      to,
      literals.subarray(quarter * stream, stream === 3 ? literals.length : quarter * (stream + 1)),
    );
    from = to;
  }
}

const limits = [
  { log: 9, symbol: 35 },
  { log: 8, symbol: 31 },
  { log: 9, symbol: 52 },
] as const;

function decodeSequences(block: Uint8Array, start: number, literals: Uint8Array, frame: FrameState): void {
  const constants = frame.fixed;
  let at = start;
  const first = block[at++];
  if (first === undefined) throw broken('sequences are missing');
  let count = first;
  if (first === 255) {
    count = (block[at] ?? 0) + ((block[at + 1] ?? 0) << 8) + 0x7f00;
    at += 2;
  } else if (first > 127) count = ((first - 128) << 8) + (block[at++] ?? 0);
  if (count === 0) {
    append(frame, literals, 0, literals.length);
    return;
  }
  const modes = block[at++] ?? 0;
  for (const index of [0, 1, 2] as const) {
    const mode = (modes >>> (6 - index * 2)) & 3;
    const { log, symbol } = limits[index];
    if (mode === 0) frame.tables[index] = constants.tables[index];
    else if (mode === 1) {
      const only = block[at++] ?? 0;
      if (only > symbol) throw broken('a code is out of range');
      frame.tables[index] = singleSymbolTable(only);
    } else if (mode === 2) {
      const read = readFseTable(block, at, log, symbol);
      frame.tables[index] = read.table;
      at = read.end;
    }
  }
  const [literalTable, offsetTable, matchTable] = frame.tables;
  if (literalTable === undefined || offsetTable === undefined || matchTable === undefined)
    throw broken('a table is to be used again that never was');
  const reader = new BackwardBits(block, at, block.length);
  let literalState = reader.read(literalTable.log);
  let offsetState = reader.read(offsetTable.log);
  let matchState = reader.read(matchTable.log);
  let taken = 0;
  const { literalCodes, matchCodes } = constants;
  for (let left = count; left > 0; left--) {
    const offsetCode = offsetTable.symbols[offsetState] ?? 0;
    const matchCode = matchTable.symbols[matchState] ?? 0;
    const literalCode = literalTable.symbols[literalState] ?? 0;
    const upper = offsetCode > 16 ? reader.read(offsetCode - 16) * 0x1_0000 : 0;
    const value = 2 ** offsetCode + upper + reader.read(Math.min(offsetCode, 16));
    const match = (matchCodes.bases[matchCode] ?? 0) + reader.read(matchCodes.widths[matchCode] ?? 0);
    const length = (literalCodes.bases[literalCode] ?? 0) + reader.read(literalCodes.widths[literalCode] ?? 0);
    if (left > 1) {
      literalState = (literalTable.bases[literalState] ?? 0) + reader.read(literalTable.bits[literalState] ?? 0);
      matchState = (matchTable.bases[matchState] ?? 0) + reader.read(matchTable.bits[matchState] ?? 0);
      offsetState = (offsetTable.bases[offsetState] ?? 0) + reader.read(offsetTable.bits[offsetState] ?? 0);
    }
    if (reader.left < 0) throw broken('the sequences end too early');
    append(frame, literals, taken, taken + length);
    taken += length;
    repeat(frame, offsetFrom(value, length, frame.repeats), match);
  }
  if (reader.left !== 0) throw broken('the sequences do not come out even');
  append(frame, literals, taken, literals.length);
}

/** The first three values stand for the last offsets (RFC 8878, 3.1.1.5). */
function offsetFrom(value: number, length: number, repeats: [number, number, number]): number {
  const [first, second, third] = repeats;
  if (value > 3) {
    repeats[0] = value - 3;
    repeats[1] = first;
    repeats[2] = second;
    return value - 3;
  }
  const which = value - (length === 0 ? 0 : 1);
  if (which === 0) return first;
  const offset = which === 1 ? second : which === 2 ? third : first - 1;
  repeats[0] = offset;
  repeats[1] = first;
  if (which > 1) repeats[2] = second;
  return offset;
}

function append(frame: FrameState, bytes: Uint8Array, from: number, to: number): void {
  if (to > bytes.length) throw broken('there are too few literals');
  if (frame.at + to - from > frame.target.length) throw broken('it is more than is to come out');
  frame.target.set(bytes.subarray(from, to), frame.at);
  frame.at += to - from;
}

/** Copies what stands a distance before; it may overlap with what it makes. */
function repeat(frame: FrameState, distance: number, length: number): void {
  const { target, at } = frame;
  if (distance < 1 || distance > at - frame.start) throw broken('it refers to what is before its start');
  if (at + length > target.length) throw broken('it is more than is to come out');
  if (distance >= length) target.copyWithin(at, at - distance, at - distance + length);
  else for (let index = at; index < at + length; index++) target[index] = target[index - distance] ?? 0;
  frame.at = at + length;
}
