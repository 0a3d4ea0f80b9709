import type { Picture, PictureCore, PictureCpu } from '#model/picture/picture';
import { attributes, escapeMarkup } from '#report/markup';
import { isCrowded, type SeatLine, seatLines, seatSentence } from '#report/picture/picture-words';
import { type Block, svgRect, svgText } from '#report/picture/svg-block';

/** Width of a character of the cells: 12 px monospace. */
const character = 7.25;
const lineHeight = 17;
const longestLabel = 18;
const mostLines = 3;

/** What all cells of a drawing have in common. */
export interface CellShape {
  /** Width of the column of CPU numbers. */
  readonly numbers: number;
  /** Width of a cell with a guest in it. */
  readonly wide: number;
  /** Tint of each guest that has a seat, 0 to 7; by place of the guest. */
  readonly tints: ReadonlyMap<number, number>;
}

/** Measures what is to stand in the cells. */
export function cellShape(picture: Picture): CellShape {
  const cpus = picture.nodes.flatMap(({ cores }) => cores.flatMap(({ threads }) => threads));
  const digits = Math.max(1, ...cpus.map(({ cpu }) => `${cpu}`.length));
  const longest = Math.max(6, ...cpus.flatMap(each => linesOf(each, picture).map(({ text }) => text.length)));
  const numbers = Math.ceil(digits * character) + 10;
  const tints = new Map<number, number>();
  for (const { seats } of cpus) for (const { guest } of seats) if (!tints.has(guest)) tints.set(guest, tints.size % 8);
  return { numbers, wide: Math.ceil(numbers + longest * character + 22), tints };
}

function linesOf(cpu: PictureCpu, picture: Picture): readonly SeatLine[] {
  const mark = isCrowded(cpu, picture) ? '! ' : '';
  return seatLines(cpu.seats, picture, longestLabel, mostLines).map(line => ({ ...line, text: `${mark}${line.text}` }));
}

/** A core of which a CPU is taken: its name, and its CPUs below each other, each with who sits there. */
export function takenCore(core: PictureCore, picture: Picture, shape: CellShape): Block {
  const cells = core.threads.map(cpu => wideCell(cpu, picture, shape));
  const width = shape.wide + 8;
  const head = core.id === undefined ? 4 : 18;
  const height = head + cells.reduce((sum, cell) => sum + cell.height + 3, 0) + 1;
  return {
    width,
    height,
    draw(x, y) {
      let top = y + head;
      let drawn = '';
      for (const cell of cells) {
        drawn += cell.draw(x + 4, top);
        top += cell.height + 3;
      }
      const name = core.id === undefined ? '' : svgText(x + 7, y + 13, `core ${core.id}`, { class: 'pic-dim' });
      return coreGroup(core, x, y, width, height, name + drawn);
    },
  };
}

/** A core on which nobody sits: its CPUs beside each other, four in a row. */
export function bareCore(core: PictureCore, picture: Picture, shape: CellShape): Block {
  const side = shape.numbers + 2;
  const perRow = Math.min(4, core.threads.length);
  const rows = Math.ceil(core.threads.length / 4);
  const width = perRow * (side + 2) + 4;
  const height = rows * 22 + 4;
  return {
    width,
    height,
    draw: (x, y) =>
      coreGroup(
        core,
        x,
        y,
        width,
        height,
        core.threads
          .map((cpu, at) => {
            const left = x + 3 + (at % 4) * (side + 2);
            const top = y + 3 + Math.floor(at / 4) * 22;
            return cpuGroup(
              cpu,
              picture,
              svgRect(left, top, side, 20, { class: 'pic-cell', rx: 3 }) +
                svgText(left + side / 2, top + 14, `${cpu.cpu}`, { class: 'pic-id', 'text-anchor': 'middle' }),
            );
          })
          .join(''),
      ),
  };
}

function wideCell(cpu: PictureCpu, picture: Picture, shape: CellShape): Block {
  const lines = linesOf(cpu, picture);
  const height = Math.max(1, lines.length) * lineHeight + 5;
  return {
    width: shape.wide,
    height,
    draw(x, y) {
      const label = (line: SeatLine, at: number): string => {
        const top = y + 2.5 + at * lineHeight;
        const tint = line.guest === undefined ? undefined : shape.tints.get(line.guest);
        const kind = line.isOff ? 'pic-seat pic-off' : `pic-seat pic-t${tint ?? 8}`;
        const left = x + shape.numbers;
        const back = svgRect(left, top, shape.wide - shape.numbers - 3, lineHeight - 1, { class: kind, rx: 2 });
        return back + svgText(left + 6, top + 12, line.text, { class: line.isOff ? 'pic-seat-off' : 'pic-seat-text' });
      };
      const empty = cpu.isIsolated ? 'isolated' : 'free';
      const inner =
        lines.length > 0
          ? lines.map(label).join('')
          : svgText(x + shape.numbers + 6, y + 14.5, empty, { class: 'pic-dim' });
      return cpuGroup(
        cpu,
        picture,
        svgRect(x, y, shape.wide, height, { class: 'pic-cell', rx: 3 }) +
          svgText(x + shape.numbers - 5, y + 14.5, `${cpu.cpu}`, { class: 'pic-id', 'text-anchor': 'end' }) +
          inner,
      );
    },
  };
}

function coreGroup(core: PictureCore, x: number, y: number, width: number, height: number, inner: string): string {
  const rect = svgRect(x, y, width, height, { class: 'pic-core-box', rx: 5 });
  return `<g${attributes({ class: 'pic-core', 'data-core': core.id })}>${rect}${inner}</g>`;
}

function cpuGroup(cpu: PictureCpu, picture: Picture, inner: string): string {
  const guests = [...new Set(cpu.seats.map(({ guest }) => guest))];
  const kinds = ['pic-cpu', cpu.isIsolated ? 'pic-isolated' : '', isCrowded(cpu, picture) ? 'pic-crowded' : ''];
  const group = attributes({
    class: kinds.filter(kind => kind !== '').join(' '),
    'data-cpu': cpu.cpu,
    'data-guests': guests.length === 0 ? undefined : guests.join(' '),
  });
  const state = cpu.isIsolated ? ', isolated' : '';
  const who = cpu.seats.length === 0 ? 'nothing pinned' : seatSentence(cpu.seats, picture);
  return `<g${group}><title>${escapeMarkup(`CPU ${cpu.cpu}${state}: ${who}`)}</title>${inner}</g>`;
}
