import { diffLines } from '#plan/diff-lines';
import type { Hunk } from '#plan/script/plan-script';

/** Lines `[start, end)` of one text and the lines of another that take their place. */
interface Region {
  readonly from: readonly [start: number, end: number];
  readonly to: readonly [start: number, end: number];
}

/**
 * Gives the hunks that make one text another; each has as many lines around it as tell its place. `isSayable` tells whether a line may be
 * written down: one that holds a secret may not. Undefined where that leaves no way.
 */
export function fileHunks(
  before: string,
  after: string,
  isSayable: (line: string) => boolean,
): readonly Hunk[] | undefined {
  const [old, now] = [linesOf(before), linesOf(after)];
  let regions = regionsOf(old, now);
  for (;;) {
    const grown = regions.map(region => grow(region, old, now));
    const joined = join(grown);
    if (joined.length === regions.length) {
      const hunks = joined.map(region => hunkOf(region, old, now));
      const lines = hunks.flatMap(({ from, to }) => [...from.split('\n'), ...to.split('\n')]);
      if (!lines.every(isSayable)) return undefined;
      if (applied(before, hunks) === after && applied(after, hunks) === after) return hunks;
      if (joined.length <= 1) return undefined;
      // hunks that get into each other's way are one
      regions = [span(joined)];
    } else regions = joined;
  }
}

/** Makes hunks in a text as the exports do; undefined where one has no place. */
function applied(text: string, hunks: readonly Hunk[]): string | undefined {
  let padded = framed(linesOf(text));
  for (const { from, to } of hunks) {
    const count = occurrences(padded, from);
    if (count > 1 || (count === 0 && occurrences(padded, to) === 0)) return undefined;
    const at = padded.indexOf(from);
    if (at >= 0) padded = padded.slice(0, at) + to + padded.slice(at + from.length);
  }
  return padded.slice(3, -3);
}

/** The lines of a text between two of their own that stand for its begin and its end. */
const linesOf = (text: string): readonly string[] => ['\u0002', ...text.split('\n'), '\u0003'];

function regionsOf(old: readonly string[], now: readonly string[]): readonly Region[] {
  const regions: Region[] = [];
  let [x, y] = [0, 0];
  let start: readonly [number, number] | undefined;
  const flush = (): void => {
    if (start !== undefined) regions.push({ from: [start[0], x], to: [start[1], y] });
    start = undefined;
  };
  for (const { edit } of diffLines(old, now)) {
    if (edit === 'keep') flush();
    else start ??= [x, y];
    if (edit !== 'add') x++;
    if (edit !== 'remove') y++;
  }
  flush();
  return regions;
}

/** Takes lines before and behind into a region until it tells its place in both texts. */
function grow(region: Region, old: readonly string[], now: readonly string[]): Region {
  let grown = region;
  const [was, is] = [framed(old), framed(now)];
  for (let isTurnOfHead = true; !isPlain(grown, old, now, was, is); isTurnOfHead = !isTurnOfHead) {
    const [start, end] = grown.from;
    const [first, last] = grown.to;
    const hasHead = start > 0 && first > 0;
    const hasTail = end < old.length && last < now.length;
    if (!hasHead && !hasTail) return grown;
    grown =
      hasHead && (isTurnOfHead || !hasTail)
        ? { from: [start - 1, end], to: [first - 1, last] }
        : { from: [start, end + 1], to: [first, last + 1] };
  }
  return grown;
}

function isPlain(region: Region, old: readonly string[], now: readonly string[], was: string, is: string): boolean {
  if (region.from[0] === region.from[1] || region.to[0] === region.to[1]) return false;
  const { from, to } = hunkOf(region, old, now);
  return occurrences(was, from) === 1 && occurrences(is, from) === 0 && occurrences(is, to) === 1;
}

/** Regions that touch, as one. */
function join(regions: readonly Region[]): readonly Region[] {
  const joined: Region[] = [];
  for (const region of regions) {
    const last = joined.at(-1);
    if (last !== undefined && region.from[0] <= last.from[1]) joined.splice(-1, 1, span([last, region]));
    else joined.push(region);
  }
  return joined;
}

const span = (regions: readonly Region[]): Region => {
  const [first, last] = [regions[0], regions.at(-1)];
  if (first === undefined || last === undefined) throw new TypeError('there is no region');
  return { from: [first.from[0], last.from[1]], to: [first.to[0], last.to[1]] };
};

const hunkOf = ({ from, to }: Region, old: readonly string[], now: readonly string[]): Hunk => ({
  from: framed(old.slice(...from)),
  to: framed(now.slice(...to)),
});

const framed = (lines: readonly string[]): string => `\n${lines.map(line => `${line}\n`).join('')}`;

/** How often a framed text is found; two may share a newline. */
function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++;
  return count;
}
