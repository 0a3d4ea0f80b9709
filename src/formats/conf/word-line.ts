import type { ShellQuote } from '#formats/conf/shell-assignment';
import { kernelWordName, parseKernelCommandLine, printKernelWord } from '#formats/kernel-cmdline';

/**
 * A line of words of a kernel command line inside a file: the options of a boot entry, the value of a shell variable. Editing words touches
 * nothing else: quotes, broken lines and blanks around other words stay.
 */
export interface WordLine {
  /** One for each character of the line as it is read. */
  readonly cells: readonly WordCell[];
  /** Where the line begins and ends in its file, quotes around it included; counts from 0. */
  readonly start: number;
  readonly end: number;
  /** Where the first word goes in a line that holds none. */
  readonly empty: { readonly at: number; readonly quote: WordQuote };
}

/** How a place is quoted; `raw`: the file knows no quotes. */
type WordQuote = ShellQuote | 'raw';

/** A character and where it is written. What stands for a text that is not here, such as a variable, is the one character `opaque`. */
interface WordCell {
  readonly character: string;
  readonly start: number;
  readonly end: number;
  readonly quote: WordQuote;
}

/** Stands for what another place holds. */
export const opaque = '\uFFFC';

/** A piece of a file and what takes its place. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Gives the text with edits made; none overlaps another, and of two at one place the earlier in the list comes first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let done = text;
  const order = edits.map((edit, at) => ({ edit, at })).sort((a, b) => b.edit.start - a.edit.start || b.at - a.at);
  for (const { edit } of order) done = done.slice(0, edit.start) + edit.text + done.slice(edit.end);
  return done;
}

/** A line of words in a file that knows no quotes around it. */
export const rawLine = (text: string, start: number): WordLine => ({
  // by UTF-16 unit, as places in strings count
  cells: Array.from({ length: text.length }, (_, at) => text.charAt(at)).map((character, at) => ({
    character,
    start: start + at,
    end: start + at + 1,
    quote: 'raw',
  })),
  start,
  end: start + text.length,
  empty: { at: start, quote: 'raw' },
});

/** A line as it is read. */
export const lineText = ({ cells }: WordLine): string => cells.map(({ character }) => character).join('');

/** Which words are meant, by their names as the kernel compares them. */
export type WordNames = ReadonlySet<string>;

/** Gives the words meant by `names`, in order and as they are written; other words in `others`. Words behind `--` are init's. */
export function splitWords(
  text: string,
  names: WordNames,
): { readonly meant: readonly string[]; readonly others: readonly string[] } {
  const meant: string[] = [];
  const others: string[] = [];
  for (const word of parseKernelCommandLine(text).words)
    (names.has(kernelWordName(word.name)) ? meant : others).push(printKernelWord(word));
  return { meant, others };
}

/**
 * Gives the edits that make the words meant by `names` be `wanted`, in order, all lines taken together: words that stay are not touched, the
 * first ones are replaced where they stand, more follow the last one, or go to the end of the line `into` where there is none.
 */
export function editWords(
  lines: readonly WordLine[],
  names: WordNames,
  wanted: readonly string[],
  into: WordLine | undefined = lines.at(-1),
): ReadonlyMap<WordLine, readonly TextEdit[]> {
  const found = lines.flatMap(line =>
    parseKernelCommandLine(lineText(line))
      .words.filter(word => names.has(kernelWordName(word.name)))
      .map(word => ({ line, word })),
  );
  const edits = new Map<WordLine, TextEdit[]>(lines.map(line => [line, []]));
  const gone = new Map<WordLine, Set<number>>();
  const left = new Map<WordLine, Set<number>>();
  for (const [at, { line, word }] of found.entries()) {
    const text = wanted[at];
    if (text === printKernelWord(word)) continue;
    const taken = gone.get(line) ?? new Set<number>();
    gone.set(line, taken);
    for (let cell = word.start; cell < word.end; cell++) taken.add(cell);
    const first = line.cells[word.start];
    if (text !== undefined && first !== undefined)
      edits.get(line)?.push({ start: first.start, end: first.start, text: encode(text, first.quote) });
    else {
      const without = left.get(line) ?? new Set<number>();
      left.set(line, without);
      for (let cell = word.start; cell < word.end; cell++) without.add(cell);
      for (const cell of blanksToTake(line, word, without)) {
        taken.add(cell);
        without.add(cell);
      }
    }
  }
  for (const [line, taken] of gone) edits.get(line)?.push(...deletions(line, taken));
  const more = wanted.slice(found.length).join(' ');
  const last = found.at(-1);
  if (more !== '' && last !== undefined) edits.get(last.line)?.unshift(...insertion(last.line, last.word.end, more));
  else if (more !== '' && into !== undefined) edits.get(into)?.unshift(...insertion(into, endOfWords(into), more));
  return edits;
}

/** The blanks in front of a word that goes, or behind it where nothing that stays is in front. */
function blanksToTake(
  { cells }: WordLine,
  { start, end }: { readonly start: number; readonly end: number },
  gone: ReadonlySet<number>,
): readonly number[] {
  const isBlank = (at: number): boolean => /\s/.test(cells[at]?.character ?? 'x');
  let first = start;
  while (first > 0 && (isBlank(first - 1) || gone.has(first - 1))) first--;
  const blanks: number[] = [];
  if (first > 0) for (let at = start - 1; isBlank(at); at--) blanks.push(at);
  else for (let at = end; isBlank(at); at++) blanks.push(at);
  return blanks;
}

/** Each character goes by itself, so that quotes and broken lines between them stay. */
function deletions({ cells }: WordLine, taken: ReadonlySet<number>): readonly TextEdit[] {
  const edits: { start: number; end: number; text: string }[] = [];
  for (const at of [...taken].sort((a, b) => a - b)) {
    const cell = cells[at];
    const last = edits.at(-1);
    if (cell === undefined) continue;
    if (last?.end === cell.start) last.end = cell.end;
    else edits.push({ start: cell.start, end: cell.end, text: '' });
  }
  return edits;
}

function insertion(line: WordLine, behind: number, more: string): readonly TextEdit[] {
  const before = line.cells[behind - 1];
  if (before === undefined) {
    const { at, quote } = line.empty;
    const text = quote === 'none' ? `"${encode(more, 'double')}"` : encode(more, quote);
    return [{ start: at, end: at, text: line.cells.length === 0 ? text : `${text} ` }];
  }
  const isBare =
    line.end - line.start === line.cells.length &&
    line.cells.every(({ quote, character }) => quote === 'none' && /[\w@%+=:,./-]/.test(character));
  const text = ` ${more}`;
  if (!isBare) return [{ start: before.end, end: before.end, text: encode(text, before.quote) }];
  return [
    { start: line.start, end: line.start, text: '"' },
    { start: before.end, end: before.end, text: encode(text, 'double') },
    { start: line.end, end: line.end, text: '"' },
  ];
}

/** Behind the last word of the kernel. */
const endOfWords = (line: WordLine): number => parseKernelCommandLine(lineText(line)).words.at(-1)?.end ?? 0;

function encode(text: string, quote: WordQuote): string {
  if (quote === 'raw') return text;
  if (quote === 'double') return text.replaceAll(/["$`\\]/g, '\\$&');
  if (quote === 'single') return text.replaceAll("'", `'\\''`);
  return /^[\w@%+=:,./-]{1,4096}$/.test(text) ? text : `"${encode(text, 'double')}"`;
}
