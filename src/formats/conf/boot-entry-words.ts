import { parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import { applyEdits, editWords, rawLine, splitWords, type WordLine, type WordNames } from '#formats/conf/word-line';

/** Makes the words of a boot entry's options that are meant by `names` be `wanted`; an entry without options gets a line of them. */
export function setEntryWords(text: string, names: WordNames, wanted: readonly string[]): string {
  const lines = optionLines(text);
  if (lines.length > 0) return applyEdits(text, [...editWords(lines, names, wanted).values()].flat());
  return wanted.length === 0
    ? text
    : `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}options ${wanted.join(' ')}\n`;
}

/** Gives the options of an entry as one line of words. */
export const entryOptions = (text: string): string =>
  parseBootEntry('', text)
    .options.map(option => option.text)
    .join(' ');

function optionLines(text: string): readonly WordLine[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return parseBootEntry('', text).options.map(option =>
    rawLine(option.text, (starts[option.line - 1] ?? 0) + option.column - 1),
  );
}

/** Makes words of a file that holds nothing but a command line (/etc/kernel/cmdline) be `wanted`. */
export const setPlainWords = (text: string, names: WordNames, wanted: readonly string[]): string =>
  applyEdits(text, [...editWords([rawLine(text, 0)], names, wanted).values()].flat());

/** GRUB reads and writes its environment block in place, so that it always has this size (grub: util/grub-editenv.c). */
const blockSize = 1024;

/**
 * Makes the words of one variable of GRUB's environment block be `wanted`. Undefined: the block holds no such variable, one with escaped
 * characters, or has no room left.
 */
export function setBlockWords(
  text: string,
  variable: string,
  names: WordNames,
  wanted: readonly string[],
): string | undefined {
  const line = new RegExp(`^${variable}=([^\\\\\\n]*)$`, 'm').exec(text);
  if (line?.[1] === undefined) return undefined;
  const value = setPlainWords(line[1], names, wanted);
  const start = line.index + variable.length + 1;
  const head = text.slice(0, start) + value + text.slice(start + line[1].length).replace(/#*$/, '');
  const room = Math.max(blockSize, new TextEncoder().encode(text).length) - new TextEncoder().encode(head).length;
  return room < 0 ? undefined : head + '#'.repeat(room);
}

/** Gives the words of one variable of GRUB's environment block; none where it has none. */
export const blockWords = (text: string, variable: string, names: WordNames): readonly string[] =>
  splitWords(parseGrubEnvironment(text).get(variable) ?? '', names).meant;
