import { printable } from '#report/printable';

/**
 * Breaks a text at blanks into lines of at most `width` columns; a word that is longer stands alone on its line and is not cut, so
 * that it can be copied. Control characters, which a hostile name could carry to a terminal, are shown as `?`.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
