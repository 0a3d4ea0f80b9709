import { diffLines, type LineEdit } from '#plan/diff-lines';

/** One side of a diff: what to call it, and its text; without one it is not there. */
export interface DiffSide {
  readonly name: string;
  readonly text: string | undefined;
}

/** Lines that stay the same shown before and after each that does not. */
const usualContext = 3;

/**
 * Gives the difference of two texts as a unified diff, in the form of GNU diff -u (POSIX diff -u, “\ No newline at end of file”
 * included), without times; empty where they are equal.
 */
export function unifiedDiff(from: DiffSide, to: DiffSide, context = usualContext): string {
  if (from.text === to.text) return '';
  const edits = diffLines(linesOf(from.text ?? ''), linesOf(to.text ?? ''));
  const hunks = hunksOf(edits, context).map(printHunk);
  return [`--- ${nameOf(from)}\n`, `+++ ${nameOf(to)}\n`, ...hunks].join('');
}

const nameOf = ({ name, text }: DiffSide): string => (text === undefined ? '/dev/null' : name);

/** Lines with their newline; the last one may have none. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

interface Hunk {
  readonly edits: readonly LineEdit[];
  /** Lines before it in the old and the new text. */
  readonly before: { readonly old: number; readonly now: number };
}

function hunksOf(edits: readonly LineEdit[], context: number): readonly Hunk[] {
  const changed = edits.flatMap((edit, at) => (edit.edit === 'keep' ? [] : [at]));
  const ranges: { start: number; end: number }[] = [];
  for (const at of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && at - context <= last.end) last.end = at + context + 1;
    else ranges.push({ start: Math.max(0, at - context), end: at + context + 1 });
  }
  let at = 0;
  let old = 0;
  let now = 0;
  return ranges.map(({ start, end }) => {
    const walk = (to: number): void => {
      for (; at < Math.min(to, edits.length); at++) {
        if (edits[at]?.edit !== 'add') old++;
        if (edits[at]?.edit !== 'remove') now++;
      }
    };
    walk(start);
    const before = { old, now };
    walk(end);
    return { edits: edits.slice(start, end), before };
  });
}

function printHunk({ edits, before }: Hunk): string {
  const range = (start: number, count: number): string =>
    count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
  const old = range(before.old, edits.filter(({ edit }) => edit !== 'add').length);
  const now = range(before.now, edits.filter(({ edit }) => edit !== 'remove').length);
  return `@@ -${old} +${now} @@\n${edits.map(printEdit).join('')}`;
}

const marks: Readonly<Record<LineEdit['edit'], string>> = { keep: ' ', add: '+', remove: '-' };

const printEdit = ({ edit, line }: LineEdit): string =>
  `${marks[edit]}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`;
