/** Reads a file of one whole number from 0, as most of /sys and /proc/sys are. Gives undefined for anything else, also for numbers over 2⁵³−1. */
export function parseWhole(text: string): number | undefined {
  const number = parseInteger(text);
  return number === undefined || number < 0 ? undefined : number;
}

/** Reads a file of one integer, which may be negative (`general_profit`, an id of −1 for “not told”). */
export function parseInteger(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^-?\d{1,16}$/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isSafeInteger(number) ? number : undefined;
}
