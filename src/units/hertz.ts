declare const unit: unique symbol;

/** A frequency in whole hertz. */
export type Hertz = number & { readonly [unit]: 'hertz' };

/** Takes hertz. Throws RangeError for what is not a whole number from 0. */
export function hertz(count: number): Hertz {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a frequency in Hz: ${count}`);
  return count as Hertz;
}

/** Prints a frequency for a person, in decimal units: `2.1 GHz`. */
export function printHertz(frequency: Hertz): string {
  if (frequency >= 1e9) return `${Number((frequency / 1e9).toFixed(2))} GHz`;
  if (frequency >= 1e6) return `${Number((frequency / 1e6).toFixed(1))} MHz`;
  return `${frequency} Hz`;
}
