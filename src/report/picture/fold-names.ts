import { compareNaturally } from '#units/natural-order';

/**
 * Gives names as a short list: those that differ only in a number that counts up become a range (`web01–web11`). At most `most` entries;
 * what is left is counted.
 */
export function foldNames(names: readonly string[], most = 12): string {
  const sorted = [...names].sort(compareNaturally);
  const runs: { first: string; last: string; count: number }[] = [];
  let before: LastNumber | undefined;
  for (const name of sorted) {
    const run = runs.at(-1);
    const number = lastNumber(name);
    if (run !== undefined && isNext(before, number)) {
      run.last = name;
      run.count++;
    } else runs.push({ first: name, last: name, count: 1 });
    before = number;
  }
  // two names are as short as a range, and clearer
  const entries = runs.flatMap(({ first, last, count }) =>
    count === 1
      ? [{ text: first, count }]
      : count === 2
        ? [
            { text: first, count: 1 },
            { text: last, count: 1 },
          ]
        : [{ text: `${first}–${last}`, count }],
  );
  const shown = entries.slice(0, most);
  const left = entries.slice(most).reduce((sum, { count }) => sum + count, 0);
  return [...shown.map(({ text }) => text), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

/** Whether two names are alike but for their last number, which goes up by one. */
function isNext(left: LastNumber | undefined, right: LastNumber | undefined): boolean {
  return (
    left !== undefined &&
    right !== undefined &&
    left.before === right.before &&
    left.after === right.after &&
    right.number === left.number + 1 &&
    // web9 and web10 belong together, web09 and web010 do not
    (left.digits.length === right.digits.length || !left.digits.startsWith('0'))
  );
}

interface LastNumber {
  readonly before: string;
  readonly digits: string;
  readonly number: number;
  readonly after: string;
}

function lastNumber(name: string): LastNumber | undefined {
  const match = /^(.{0,512}?)(\d{1,9})(\D{0,64})$/s.exec(name);
  return match === null
    ? undefined
    : { before: match[1] ?? '', digits: match[2] ?? '', number: Number(match[2]), after: match[3] ?? '' };
}
