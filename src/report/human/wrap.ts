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

/**
 * Gives a text as one line without control characters, also without those that turn the writing direction or cannot be seen: what a
 * file or a guest is called must not drive the terminal that shows it.
 */
export const printable = (text: string): string => text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(unprintable, '?');

const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu;
