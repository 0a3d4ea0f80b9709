/** Longest name that is compared. */
const longest = 512;

/**
 * Compares names as people count: runs of digits by their value, everything else by character, so that `6.4.0-10` comes after
 * `6.4.0-9`. Gives a negative number, 0 or a positive one.
 */
export function compareNaturally(a: string, b: string): number {
  const left = a.slice(0, longest);
  const right = b.slice(0, longest);
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  if (at === left.length && at === right.length) return 0;
  // numbers that begin alike differ from their first digit on
  while (at > 0 && isDigit(left.charCodeAt(at - 1))) at--;
  const [one, other] = [digitsAt(left, at), digitsAt(right, at)];
  if (one === other) at += one.length;
  else if (one !== '' && other !== '') return compareNumbers(one, other) || (one < other ? -1 : 1);
  if (at === left.length) return -1;
  if (at === right.length) return 1;
  return left.charCodeAt(at) < right.charCodeAt(at) ? -1 : 1;
}

/** So many digits a number has that is not rounded. */
const exactDigits = 15;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

function digitsAt(text: string, from: number): string {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return text.slice(from, end);
}

function compareNumbers(a: string, b: string): number {
  if (a.length <= exactDigits && b.length <= exactDigits) return Number(a) - Number(b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}
