import { type FseTable, fseTable } from '#formats/disk/zstd/fse-table';

/** Base values and further bits of codes: from a code on, one value for each code before it. */
function codes(plain: number, offset: number, widths: readonly number[]): { bases: Uint32Array; widths: Uint8Array } {
  const all = [...many(0, plain), ...widths];
  const bases = new Uint32Array(all.length);
  let base = offset;
  for (const [code, width] of all.entries()) {
    bases[code] = base;
    base += 2 ** width;
  }
  return { bases, widths: Uint8Array.from(all) };
}

/** Base values of codes, and how many further bits each takes. */
export interface Codes {
  readonly bases: Uint32Array;
  readonly widths: Uint8Array;
}

/** Tables of the format itself (RFC 8878, 3.1.1.3.2.1.1 and 3.1.1.3.2.2). */
export interface FixedTables {
  readonly literalCodes: Codes;
  readonly matchCodes: Codes;
  readonly tables: readonly [FseTable, FseTable, FseTable];
}

/** Gives the tables that the format lays down. */
export function fixedTables(): FixedTables {
  const literals = codes(16, 0, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  const matches = codes(32, 3, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  return {
    literalCodes: literals,
    matchCodes: matches,
    tables: [
      fseTable([4, 3, ...many(2, 11), ...many(1, 3), ...many(2, 9), 3, 2, ...many(1, 5), ...many(-1, 4)], 6),
      fseTable([...many(1, 6), 2, 2, 2, ...many(1, 15), ...many(-1, 5)], 5),
      fseTable([1, 4, 3, ...many(2, 6), ...many(1, 37), ...many(-1, 7)], 6),
    ],
  };
}

const many = (value: number, count: number): number[] => Array.from({ length: count }, () => value);
