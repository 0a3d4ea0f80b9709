/** One line of two texts laid side by side. */
export interface LineEdit {
  readonly edit: 'keep' | 'add' | 'remove';
  readonly line: string;
}

/** Texts that differ in more lines than these are not compared to the end: what is between their common head and tail is shown as replaced. */
const mostEdits = 2000;

/** Gives the shortest way from some lines to others; of a run of changes the lines that go come first. Myers, An O(ND) Difference Algorithm, 1986. */
export function diffLines(from: readonly string[], to: readonly string[]): readonly LineEdit[] {
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head++;
  let tail = 0;
  const most = Math.min(from.length, to.length) - head;
  while (tail < most && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  const keep = (lines: readonly string[]): readonly LineEdit[] => lines.map(line => ({ edit: 'keep', line }));
  const middle = shortest(from.slice(head, from.length - tail), to.slice(head, to.length - tail));
  return [...keep(from.slice(0, head)), ...removalsFirst(middle), ...keep(from.slice(from.length - tail))];
}

/** How far each diagonal has come after some number of edits; in both texts. */
type Reach = Int32Array;

function shortest(from: readonly string[], to: readonly string[]): readonly LineEdit[] {
  const most = Math.min(from.length + to.length, mostEdits);
  const middle = most + 1;
  const reach: Reach = new Int32Array(2 * middle + 1);
  const trace: Reach[] = [];
  for (let count = 0; count <= most; count++) {
    trace.push(reach.slice());
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = startOf(reach, middle + diagonal, diagonal === -count, diagonal === count);
      let y = x - diagonal;
      while (x < from.length && y < to.length && from[x] === to[y]) {
        x++;
        y++;
      }
      reach[middle + diagonal] = x;
      if (x >= from.length && y >= to.length) return walkBack(from, to, trace, middle);
    }
  }
  return [
    ...from.map((line): LineEdit => ({ edit: 'remove', line })),
    ...to.map((line): LineEdit => ({ edit: 'add', line })),
  ];
}

/** Where a diagonal is entered: from the one above by adding a line, or from the one below by removing one. */
function startOf(reach: Reach, at: number, isLowest: boolean, isHighest: boolean): number {
  const below = reach[at - 1] ?? 0;
  const above = reach[at + 1] ?? 0;
  return isLowest || (!isHighest && below < above) ? above : below + 1;
}

function walkBack(
  from: readonly string[],
  to: readonly string[],
  trace: readonly Reach[],
  middle: number,
): readonly LineEdit[] {
  const edits: LineEdit[] = [];
  let x = from.length;
  let y = to.length;
  for (let count = trace.length - 1; count >= 0; count--) {
    const reach = trace[count] ?? new Int32Array();
    const diagonal = x - y;
    const isAdding =
      diagonal === -count ||
      (diagonal !== count && (reach[middle + diagonal - 1] ?? 0) < (reach[middle + diagonal + 1] ?? 0));
    const before = diagonal + (isAdding ? 1 : -1);
    const startX = count === 0 ? 0 : (reach[middle + before] ?? 0);
    const startY = count === 0 ? 0 : startX - before;
    const [enteredX, enteredY] = count === 0 ? [0, 0] : isAdding ? [startX, startY + 1] : [startX + 1, startY];
    for (; x > enteredX && y > enteredY; x--, y--) edits.push({ edit: 'keep', line: from[x - 1] ?? '' });
    if (count === 0) break;
    if (isAdding) edits.push({ edit: 'add', line: to[y - 1] ?? '' });
    else edits.push({ edit: 'remove', line: from[x - 1] ?? '' });
    x = startX;
    y = startY;
  }
  return edits.reverse();
}

function removalsFirst(edits: readonly LineEdit[]): readonly LineEdit[] {
  const sorted: LineEdit[] = [];
  let run: LineEdit[] = [];
  const flush = (): void => {
    sorted.push(...run.filter(({ edit }) => edit === 'remove'), ...run.filter(({ edit }) => edit === 'add'));
    run = [];
  };
  for (const edit of edits) {
    if (edit.edit !== 'keep') run.push(edit);
    else {
      flush();
      sorted.push(edit);
    }
  }
  flush();
  return sorted;
}
