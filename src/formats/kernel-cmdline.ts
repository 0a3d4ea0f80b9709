/**
 * Reads a kernel command line: /proc/cmdline, the values of GRUB_CMDLINE_LINUX, the options of a boot entry. Words are separated by
 * blanks; a double quote keeps blanks together, one around a value is not part of it (linux: lib/cmdline.c, next_arg, and
 * admin-guide/kernel-parameters.rst). What follows the word `--` is for init.
 */
export interface KernelCommandLine {
  readonly words: readonly KernelWord[];
  /** Words after `--`, as they stand. */
  readonly init: readonly string[];
}

/** One word. */
export interface KernelWord {
  readonly name: string;
  /** Undefined for a bare word such as `quiet`; an empty text for `name=`. */
  readonly value: string | undefined;
  /** Where the word begins in the text, from 0. */
  readonly start: number;
  /** Where it ends: the place behind its last character. */
  readonly end: number;
}

/** Writes a word as it stands on a command line. */
export const printKernelWord = ({ name, value }: Pick<KernelWord, 'name' | 'value'>): string =>
  value === undefined ? name : /\s/.test(value) ? `${name}="${value}"` : `${name}=${value}`;

/** Gives the name of a word as the kernel compares it: `-` and `_` are one (linux: kernel/params.c, parameq). */
export const kernelWordName = (word: string): string => (word.split('=', 1)[0] ?? word).replaceAll('-', '_');

/** Longest command line that is read; Linux keeps at most 4,096 characters on any architecture, so nothing that works is cut. */
const longest = 65_536;

/** Takes one line; a newline counts as a blank. Text over 64 KiB is not read. */
export function parseKernelCommandLine(text: string): KernelCommandLine {
  const line = text.slice(0, longest);
  const words: KernelWord[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; ) {
    const end = endOfWord(line, at);
    const word = wordAt(line, at, end);
    if (word.name === '--' && word.value === undefined) {
      return {
        words,
        init: line
          .slice(end)
          .split(/\s+/)
          .filter(rest => rest !== ''),
      };
    }
    words.push(word);
    at = skipBlanks(line, end);
  }
  return { words, init: [] };
}

const isBlank = (character: string): boolean => /\s/.test(character);

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charAt(at))) at++;
  return at;
}

function endOfWord(line: string, from: number): number {
  let isQuoted = false;
  let at = from;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && isBlank(character)) break;
  }
  return at;
}

function wordAt(line: string, start: number, end: number): KernelWord {
  const isQuoted = line[start] === '"';
  let text = line.slice(isQuoted ? start + 1 : start, end);
  // an “=” at the very beginning belongs to the name, as in the kernel
  const equals = text.indexOf('=', 1);
  if (equals < 0) return { name: unquoteEnd(text, isQuoted), value: undefined, start, end };
  const name = text.slice(0, equals);
  text = text.slice(equals + 1);
  const value = text.startsWith('"') ? unquoteEnd(text.slice(1), true) : unquoteEnd(text, isQuoted);
  return { name, value, start, end };
}

const unquoteEnd = (text: string, isQuoted: boolean): string =>
  isQuoted && text.endsWith('"') ? text.slice(0, -1) : text;
