import { BackwardBits, broken } from '#formats/disk/zstd/bit-readers';
import { readFseTable } from '#formats/disk/zstd/fse-table';

/** A table of a prefix code (RFC 8878, 4.2): the next bits, as many as the longest code has, give the symbol and how many of them are its code. */
export interface HuffmanTable {
  /** Bits of the longest code. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const mostBits = 11;

/** Reads a table that starts at a byte; gives it and the first byte after it. */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
): { readonly table: HuffmanTable; readonly end: number } {
  const header = bytes[start] ?? 0;
  const from = start + 1;
  if (header < 128) {
    const end = from + header;
    if (header === 0 || end > bytes.length) throw broken('a code table ends too early');
    return { table: tableOf(compressedWeights(bytes, from, end)), end };
  }
  const count = header - 127;
  const end = from + Math.ceil(count / 2);
  if (end > bytes.length) throw broken('a code table ends too early');
  const weights = Array.from({ length: count }, (_, index) => {
    const pair = bytes[from + (index >>> 1)] ?? 0;
    return index % 2 === 0 ? pair >>> 4 : pair & 15;
  });
  return { table: tableOf(weights), end };
}

/** Two state machines take turns until their bits are used up. */
function compressedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: from } = readFseTable(bytes.subarray(0, end), start, 6, 255);
  const reader = new BackwardBits(bytes, from, end);
  const weights: number[] = [];
  const states = [reader.read(table.log), reader.read(table.log)];
  if (reader.left < 0) throw broken('a code table ends too early');
  for (let turn = 0; weights.length < 255; turn ^= 1) {
    const state = states[turn] ?? 0;
    weights.push(table.symbols[state] ?? 0);
    states[turn] = (table.bases[state] ?? 0) + reader.read(table.bits[state] ?? 0);
    if (reader.left < 0) {
      weights.push(table.symbols[states[turn ^ 1] ?? 0] ?? 0);
      return weights;
    }
  }
  throw broken('a code table has too many symbols');
}

/** Makes a table from the weights of the symbols but the last: it takes what is left. */
function tableOf(weights: readonly number[]): HuffmanTable {
  if (weights.length > 255) throw broken('a code table has too many symbols');
  const sum = weights.reduce((all, weight) => all + (weight === 0 ? 0 : 1 << (weight - 1)), 0);
  if (sum === 0) throw broken('a code table is empty');
  const log = 32 - Math.clz32(sum);
  if (log > mostBits) throw broken('a code is too long');
  const left = (1 << log) - sum;
  if ((left & (left - 1)) !== 0) throw broken('a code table does not come out even');
  const all = [...weights, 32 - Math.clz32(left)];
  const symbols = new Uint8Array(1 << log);
  const bits = new Uint8Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      bits.fill(log + 1 - weight, at, end);
      at = end;
    }
  }
  return { log, symbols, bits };
}

/** Decodes a stream that fills a target, from the bytes between start and end. */
export function decodeHuffman(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
): void {
  const reader = new BackwardBits(bytes, start, end);
  const { log, symbols, bits } = table;
  for (let at = 0; at < target.length; at++) {
    const next = reader.peek(log);
    target[at] = symbols[next] ?? 0;
    reader.left -= bits[next] ?? 0;
  }
  if (reader.left !== 0) throw broken('a stream of literals does not come out even');
}
