import { attributes, escapeMarkup } from '#report/markup';

/** A part of the drawing: its size in pixels, and how it is drawn with its upper left corner at a place. */
export interface Block {
  readonly width: number;
  readonly height: number;
  readonly draw: (x: number, y: number) => string;
}

/** Sets blocks in rows, as many beside each other as fit; a block that is wider stands alone. */
export function flowBlocks(blocks: readonly Block[], most: number, gap: number): Block {
  const places: { readonly block: Block; readonly x: number; readonly y: number }[] = [];
  let x = 0;
  let y = 0;
  let row = 0;
  let width = 0;
  for (const block of blocks) {
    if (x > 0 && x + block.width > most) {
      x = 0;
      y += row + gap;
      row = 0;
    }
    places.push({ block, x, y });
    width = Math.max(width, x + block.width);
    row = Math.max(row, block.height);
    x += block.width + gap;
  }
  return {
    width,
    height: blocks.length === 0 ? 0 : y + row,
    draw: (left, top) => places.map(place => place.block.draw(left + place.x, top + place.y)).join(''),
  };
}

/** Sets blocks below each other; empty ones take no room. */
export function stackBlocks(blocks: readonly Block[], gap: number): Block {
  const there = blocks.filter(({ height }) => height > 0);
  const height = there.reduce((sum, block) => sum + block.height, 0) + gap * Math.max(0, there.length - 1);
  return {
    width: Math.max(0, ...there.map(block => block.width)),
    height,
    draw(x, y) {
      let top = y;
      let drawn = '';
      for (const block of there) {
        drawn += block.draw(x, top);
        top += block.height + gap;
      }
      return drawn;
    },
  };
}

/** Draws a rectangle. */
export const svgRect = (
  x: number,
  y: number,
  width: number,
  height: number,
  more: Readonly<Record<string, string | number | undefined>>,
): string => `<rect${attributes({ x, y, width, height, ...more })}/>`;

/** Draws a line of text; `y` is its base line. */
export const svgText = (
  x: number,
  y: number,
  text: string,
  more: Readonly<Record<string, string | number | undefined>> = {},
): string => `<text${attributes({ x, y, ...more })}>${escapeMarkup(text)}</text>`;

/** Lines of text of one class; `lineHeight` in pixels. Their width is estimated: fonts are the reader's. */
export function textBlock(lines: readonly string[], name: string, lineHeight: number, perCharacter: number): Block {
  return {
    width: Math.ceil(Math.max(0, ...lines.map(line => line.length)) * perCharacter),
    height: lines.length * lineHeight,
    draw: (x, y) =>
      lines.map((line, at) => svgText(x, y + at * lineHeight + lineHeight * 0.75, line, { class: name })).join(''),
  };
}
