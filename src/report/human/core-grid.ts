/** A box of the grid: its name in the upper border, and its lines. */
export interface GridBox {
  readonly title: string;
  readonly lines: readonly GridLine[];
}

/** A line in a box. `paint` dresses it without changing its width. */
export interface GridLine {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** How many columns a text takes: signs of East Asian scripts and emoji take two, combining ones none. */
export const columnsOf = (text: string): number => {
  let columns = 0;
  for (const sign of text) columns += /\p{M}/u.test(sign) ? 0 : wide.test(sign) ? 2 : 1;
  return columns;
};

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;

/** Pads a text to so many columns. */
export const padColumns = (text: string, columns: number): string =>
  `${text}${' '.repeat(Math.max(0, columns - columnsOf(text)))}`;

/** Sets boxes of one size in rows that share their borders, as many beside each other as fit. */
export function coreGrid(boxes: readonly GridBox[], width: number): readonly string[] {
  const inner = Math.max(
    1,
    ...boxes.flatMap(({ title, lines }) => [
      title === '' ? 0 : columnsOf(title) + 1,
      ...lines.map(({ text }) => columnsOf(text) + 1),
    ]),
  );
  const perRow = Math.max(1, Math.floor((width - 1) / (inner + 2)));
  const rows: (readonly GridBox[])[] = [];
  for (let at = 0; at < boxes.length; at += perRow) rows.push(boxes.slice(at, at + perRow));
  const lines: string[] = [];
  for (const [at, row] of rows.entries()) {
    lines.push(border(rows[at - 1] ?? [], row, inner));
    const height = Math.max(...row.map(box => box.lines.length));
    for (let line = 0; line < height; line++)
      lines.push(
        `│${row
          .map(box => {
            const { text, paint } = box.lines[line] ?? { text: '', paint: (same: string) => same };
            return ` ${paint(padColumns(text, inner))}│`;
          })
          .join('')}`,
      );
  }
  const last = rows.at(-1);
  return last === undefined ? [] : [...lines, border(last, [], inner)];
}

/** The line between a row and the one below it, with the names of the boxes below. */
function border(above: readonly GridBox[], below: readonly GridBox[], inner: number): string {
  const count = Math.max(above.length, below.length);
  let line = '';
  for (let at = 0; at <= count; at++) {
    const up = above.length > 0 && at <= above.length;
    const down = below.length > 0 && at <= below.length;
    line += corner(up, down, at > 0, at < count);
    if (at === count) break;
    const title = below[at]?.title ?? '';
    const named = title === '' ? '' : ` ${title} `;
    line += `${named}${'─'.repeat(Math.max(0, inner + 1 - columnsOf(named)))}`;
  }
  return line;
}

function corner(up: boolean, down: boolean, left: boolean, right: boolean): string {
  if (up && down) return left && right ? '┼' : left ? '┤' : '├';
  if (up) return left && right ? '┴' : left ? '┘' : '└';
  if (down) return left && right ? '┬' : left ? '┐' : '┌';
  return '─';
}
