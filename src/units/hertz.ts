declare const unit: unique symbol;

/** A frequency in whole hertz. */
export type Hertz = number & { readonly [unit]: 'hertz' };

/** Takes hertz. Throws RangeError for what is not a whole number from 0. */
export function hertz(count: number): Hertz {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a frequency in Hz: ${count}`);
  return count as Hertz;
}
