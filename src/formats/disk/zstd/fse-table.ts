import { broken, ForwardBits } from '#formats/disk/zstd/bit-readers';

/** A table of a finite state machine that gives symbols (RFC 8878, 4.1): of each state its symbol, and how the next state comes about. */
export interface FseTable {
  /** The table has 2^log states. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Makes a table from how often each symbol comes, −1 for less than once, out of 2^log. */
export function fseTable(counts: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] !== -1) continue;
    symbols[--high] = symbol;
    next[symbol] = 1;
  }
  const step = (size >>> 1) + (size >>> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] ?? 0;
    if (count <= 0) continue;
    next[symbol] = count;
    for (let again = 0; again < count; again++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  if (at !== 0) throw broken('a table of states does not come out even');
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] ?? 0;
    const value = next[symbol] ?? 1;
    next[symbol] = value + 1;
    const width = log - (31 - Math.clz32(value));
    bits[state] = width;
    bases[state] = (value << width) - size;
  }
  return { log, symbols, bits, bases };
}

/** Reads a table that starts at a byte (RFC 8878, 4.1.1); gives it and the first byte after it. */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  mostLog: number,
  mostSymbol: number,
): { readonly table: FseTable; readonly end: number } {
  const reader = new ForwardBits(bytes, start);
  const log = reader.peek(4) + 5;
  reader.skip(4);
  if (log > mostLog) throw broken('a table of states is too large');
  const counts: number[] = [];
  let remaining = 1 << log;
  while (remaining > 0) {
    if (counts.length > mostSymbol) throw broken('a table has too many symbols');
    const width = 32 - Math.clz32(remaining + 1);
    const lower = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - remaining;
    let value = reader.peek(width);
    if ((value & lower) < threshold) {
      reader.skip(width - 1);
      value &= lower;
    } else {
      reader.skip(width);
      if (value > lower) value -= threshold;
    }
    const count = value - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    if (count === 0) skipZeroes(reader, counts, mostSymbol);
  }
  if (remaining < 0) throw broken('a table of states has too many');
  return { table: fseTable(counts, log), end: reader.nextByte };
}

/** Symbols that never come are counted in threes. */
function skipZeroes(reader: ForwardBits, counts: number[], mostSymbol: number): void {
  for (let count = 3; count === 3; ) {
    count = reader.peek(2);
    reader.skip(2);
    for (let again = 0; again < count; again++) counts.push(0);
    if (counts.length > mostSymbol + 1) throw broken('a table has too many symbols');
  }
}

/** Gives a table with one symbol and one state. */
export const singleSymbolTable = (symbol: number): FseTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  bases: Uint16Array.of(0),
});
