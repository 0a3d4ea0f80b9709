/**
 * Gives a text as one line without control characters, also without those that turn the writing direction or cannot be seen: what a
 * file or a guest is called must not drive the terminal, the browser or the tool that shows it.
 */
export const printable = (text: string): string =>
  isPlain.test(text) ? text : text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(unprintable, '?');

/** What nearly all texts are: there is nothing to look for in them. */
const isPlain = /^[ -~]*$/;

const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu;

/** Gives a printable text of at most `most` characters; what is cut off is told by `…`. */
export function clipped(text: string, most: number): string {
  const plain = printable(text.length > 4 * most ? text.slice(0, 4 * most) : text);
  // a cut never leaves half a character
  return plain.length > most ? `${plain.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : plain;
}
