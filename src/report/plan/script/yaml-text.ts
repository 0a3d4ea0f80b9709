/**
 * Gives a text as a double-quoted scalar of YAML 1.1 and 1.2: whatever cannot be seen is written as a number, and so are braces that a
 * template engine could take for its own.
 */
export const yamlText = (text: string): string => `"${text.replaceAll(special, escaped)}"`;

const special =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\\"\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]|[\u{10000}-\u{10ffff}]|\{(?=[{%#])/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\\' || character === '"') return `\\${character}`;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Gives a text of several lines as a literal block, indented by so many blanks; it holds nothing that cannot be seen. */
export const yamlBlock = (text: string, indent: number): string =>
  `|\n${text
    .trimEnd()
    .split('\n')
    .map(line => (line === '' ? '' : `${' '.repeat(indent)}${line}`))
    .join('\n')}`;
