import { type Bytes, bytes, printBytes } from '#units/bytes';

/** A number of memory pages together with the size of one of them: a count without a size says nothing. */
export interface Pages {
  readonly count: number;
  readonly size: Bytes;
}

/** Takes a count and the size of one page. Throws RangeError for a count that is not a whole number from 0. */
export function pages(count: number, size: Bytes): Pages {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of pages: ${count}`);
  return { count, size };
}

/** Gives the memory that the pages take. */
export const bytesOfPages = (some: Pages): Bytes => bytes(some.count * some.size);

/** Gives the fewest pages of `size` that hold `amount`. */
export const pagesFor = (amount: Bytes, size: Bytes): Pages => pages(Math.ceil(amount / size), size);

/** Prints `512 pages of 2 MiB`. */
export const printPages = (some: Pages): string =>
  `${some.count} ${some.count === 1 ? 'page' : 'pages'} of ${printBytes(some.size)}`;
