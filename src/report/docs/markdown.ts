/** Text in a cell of a table. */
export const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ').trim();

/** A table. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${columns.map(cell).join(' | ')} |`,
  `|${columns.map(() => '---|').join('')}`,
  ...rows.map(row => `| ${row.join(' | ')} |`),
];

/** Text that is not in a table: what could be taken for a tag is not. */
export const plain = (text: string): string => text.replaceAll('<', '&lt;');

/** A page as text: its lines, with what made it on top. */
export const pageText = (lines: readonly string[]): string =>
  `<!-- Generated from the rules by tools/gen.mjs. Do not edit. -->\n${lines.join('\n').trimEnd()}\n`;
