/** Longest name that is compared. */
const longest = 512;

/**
 * Compares names as people count: runs of digits by their value, everything else by character, so that `6.4.0-10` comes after
 * `6.4.0-9`. Gives a negative number, 0 or a positive one.
 */
export function compareNaturally(a: string, b: string): number {
  const left = a.length > longest ? a.slice(0, longest) : a;
  const right = b.length > longest ? b.slice(0, longest) : b;
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === left.length && at === right.length) return 0;
  if (isDigit(left.charCodeAt(at)) || isDigit(right.charCodeAt(at))) {
    // numbers that begin alike differ from their first digit on
    while (at > 0 && isDigit(left.charCodeAt(at - 1))) at--;
    const one = endOfDigits(left, at);
    const other = endOfDigits(right, at);
    if (one > at && other > at) return compareNumbers(left.slice(at, one), right.slice(at, other));
  }
  if (at === left.length) return -1;
  if (at === right.length) return 1;
  return left.charCodeAt(at) < right.charCodeAt(at) ? -1 : 1;
}

/** So many digits a number has that is not rounded. */
const exactDigits = 15;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Two runs of digits that are not the same, by value; those of one value (`1`, `01`) by character. */
function compareNumbers(a: string, b: string): number {
  if (a.length <= exactDigits && b.length <= exactDigits) return Number(a) - Number(b) || byCharacter(a, b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return byCharacter(left, right) || byCharacter(a, b);
}

const byCharacter = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
