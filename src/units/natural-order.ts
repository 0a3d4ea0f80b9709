/** Longest name that is compared. */
const longest = 512;

/**
 * Compares names as people count: runs of digits by their value, everything else by character, so that `6.4.0-10` comes after
 * `6.4.0-9`. Gives a negative number, 0 or a positive one.
 */
export function compareNaturally(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const byNumber = isNumber(part) && isNumber(other) ? compareNumbers(part, other) : 0;
    if (byNumber !== 0) return byNumber;
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.length < right.length ? -1 : 0;
}

const partsOf = (name: string): readonly string[] => name.slice(0, longest).match(/\d+|[^\d]/g) ?? [];
const isNumber = (part: string): boolean => /^\d/.test(part);

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}
