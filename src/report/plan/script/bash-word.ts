/**
 * Gives a text as one word of bash, whatever it holds: as it is where it is plain, in single quotes where these do, else in $'…', a line of
 * the text on each line. Characters that cannot be seen, or that turn the writing direction, are written as numbers; so is a brace that
 * a template engine could take for its own.
 */
export function bashWord(text: string): string {
  if (/^[\w@%+:,./][\w@%+=:,./-]*$/.test(text)) return text;
  if (/^[\w @%+=:,./<>()[\]"?*#&|;~^-]*$/.test(text)) return `'${text}'`;
  const lines = text.split(/(?<=\n)(?=[^\n])/);
  return lines.map(line => `$'${line.replaceAll(special, escaped)}'`).join('\\\n');
}

const special =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\\'\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|\{(?=[{%#])/gu;

function escaped(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\t':
      return '\\t';
    case '\\':
    case "'":
      return `\\${character}`;
    default:
      return [...new TextEncoder().encode(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  }
}
