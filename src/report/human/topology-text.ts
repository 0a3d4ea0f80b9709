import type { Picture, PictureCore, PictureNode } from '#model/picture/picture';
import { columnsOf, coreGrid, type GridBox } from '#report/human/core-grid';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { foldCores, isTaken } from '#report/picture/fold-cores';
import { type PictureNote, pictureNotes, rangeNotes } from '#report/picture/picture-notes';
import {
  boundWords,
  countWords,
  cpuWords,
  isCrowded,
  memoryWords,
  nodeTitle,
  poolWords,
  seatLines,
} from '#report/picture/picture-words';
import { printable } from '#report/printable';
import { printBytes } from '#units/bytes';

/** Machines with more cores than this show one by one only those on which some guest sits. */
const mostCores = 64;
/** Narrowest column of a node. */
const narrowest = 24;
const gap = 3;
/** A guest's name and thread are cut to so many columns. */
const longestLabel = 18;
/** So many guests are named in the cell of one CPU. */
const mostLines = 3;

/**
 * Gives the picture as text: nodes beside each other where the terminal is wide enough, cores as boxes, and on each CPU who is pinned
 * there; then who floats and what does not fit. `columns` is the width of the terminal. `all`: no core is folded away.
 */
export function topologyText(picture: Picture, style: Style, columns: number, how: 'folded' | 'all'): string {
  const width = Math.max(narrowest, columns);
  const lines = [...headLines(picture, style, width), ''];
  if (picture.lacking !== undefined) {
    lines.push(...wrap(`the CPUs cannot be drawn: ${picture.lacking}`, width), '');
  } else {
    const fold = how === 'folded' && picture.counts.cores > mostCores ? 'taken' : 'all';
    lines.push(...flow(picture, style, width, fold), '');
  }
  const notes = [...pictureNotes(picture), ...(picture.lacking === undefined ? [] : pinsOnly(picture))];
  lines.push(...notes.flatMap(each => noteLines(each, style, Math.min(width, 120))), ...distanceLines(picture, width));
  const legend = legendWords(picture);
  if (legend !== '') lines.push('', ...wrap(legend, width).map(style.dim));
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n+$/, '')}\n`;
}

function headLines(picture: Picture, style: Style, width: number): readonly string[] {
  const { counts, memory, name, source, cpuModel, guestsLacking, lacking, hasNuma } = picture;
  const shape = [
    counts.packages > 0 ? countWords(counts.packages, 'package') : '',
    hasNuma ? countWords(counts.nodes, 'NUMA node') : '',
    counts.cores === counts.cpus ? '' : countWords(counts.cores, 'core'),
    countWords(counts.cpus, 'CPU'),
    memory === undefined ? '' : printBytes(memory),
  ].filter(word => word !== '');
  const guests = guestsLacking === undefined ? guestWords(picture) : '';
  const words = [
    name === undefined ? source : `host ${name}`,
    cpuModel ?? '',
    lacking === undefined ? shape.join(', ') : '',
    guests,
  ];
  const [first = '', ...rest] = joinDots(
    words.filter(word => word !== ''),
    Math.min(width, 120),
  );
  return [style.bold(first), ...rest];
}

const guestWords = ({ counts: { guests, running }, lacking }: Picture): string => {
  if (guests === 0) return 'no guests';
  // lone XML says nothing about what runs
  return lacking !== undefined && running === 0
    ? countWords(guests, 'guest')
    : `${countWords(guests, 'guest')} (${running} running)`;
};

/** Sets nodes in as many columns as make the picture lowest, and no line longer than the terminal. */
function flow(picture: Picture, style: Style, width: number, fold: 'all' | 'taken'): readonly string[] {
  const { nodes } = picture;
  let best: readonly string[] | undefined;
  const most = Math.min(nodes.length, Math.max(1, Math.floor((width + gap) / (narrowest + gap))));
  for (let columns = 1; columns <= most; columns++) {
    const each = Math.floor((width - gap * (columns - 1)) / columns);
    const blocks = nodes.map(node => nodeBlock(node, picture, style, each, fold));
    const isFitting = blocks.every(block => block.every(({ text }) => columnsOf(text) <= each));
    if (best !== undefined && !isFitting) continue;
    const lines: string[] = [];
    for (let at = 0; at < blocks.length; at += columns) {
      if (at > 0) lines.push('');
      lines.push(...besides(blocks.slice(at, at + columns), each));
    }
    if (best === undefined || lines.length < best.length) best = lines;
  }
  return best ?? [];
}

/** Joins words by dots into lines of at most `width` columns; a word is broken only where it alone is longer. */
function joinDots(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(`${last} · ${word}`) <= width) lines[lines.length - 1] = `${last} · ${word}`;
    else lines.push(word);
  }
  return lines.flatMap(line => wrap(line, width));
}

/** A line as it is printed, and as wide as it looks. */
interface Line {
  readonly text: string;
  readonly dressed: string;
}
const plain = (text: string): Line => ({ text, dressed: text });

function besides(blocks: readonly (readonly Line[])[], each: number): readonly string[] {
  const height = Math.max(...blocks.map(block => block.length));
  return Array.from({ length: height }, (_, at) =>
    blocks
      .map((block, column) => {
        const { text, dressed } = block[at] ?? plain('');
        const pad = column === blocks.length - 1 ? 0 : each + gap - columnsOf(text);
        return `${dressed}${' '.repeat(Math.max(0, pad))}`;
      })
      .join('')
      .trimEnd(),
  );
}

function nodeBlock(
  node: PictureNode,
  picture: Picture,
  style: Style,
  width: number,
  fold: 'all' | 'taken',
): readonly Line[] {
  const only = node.cores.length === 0 ? 'memory only' : undefined;
  const words = [nodeTitle(node, picture), only, memoryWords(node.memory), ...poolWords(node.memory)];
  const head = joinDots(
    words.filter(word => word !== undefined),
    width,
  );
  const lines: Line[] = head.map((text, at) => ({ text, dressed: at === 0 ? style.bold(text) : text }));
  lines.push(...coreLines(node.cores, picture, style, width, fold));
  const told = (label: string, text: string): void => {
    for (const line of wrap(text, width - 9)) {
      lines.push({ text: `${label.padEnd(9)}${line}`, dressed: `${style.dim(label.padEnd(9))}${line}` });
      label = '';
    }
  };
  const bound = boundWords(node.memory, picture);
  if (bound.length > 0)
    told('memory', `${bound.slice(0, 8).join(', ')}${bound.length > 8 ? `, ${bound.length - 8} more` : ''}`);
  for (const { label, text } of rangeNotes(picture, node)) told(label, text);
  return lines;
}

function coreLines(
  cores: readonly PictureCore[],
  picture: Picture,
  style: Style,
  width: number,
  fold: 'all' | 'taken',
): readonly Line[] {
  const { drawn, plain: folded } = foldCores({ cores }, fold);
  const isAnyTaken = drawn.some(isTaken);
  const boxes = drawn.map(core => (isAnyTaken ? takenBox(core, picture, style) : bareBox(core, picture, style)));
  // the grid is measured as it looks: without its dress
  const grid = coreGrid(boxes, width).map(dressed => ({ text: undress(dressed), dressed }));
  const whole = folded.flatMap(({ cores: count, cpus, isIsolated }) => {
    const words = [
      isIsolated ? 'isolated' : '',
      isAnyTaken ? 'free' : '',
      count === cpus.size ? '' : `${countWords(count, 'core')},`,
      `${cpus.size === 1 ? 'CPU' : 'CPUs'} ${cpuWords(cpus)}`,
    ];
    const text = words.filter(word => word !== '').join(' ');
    return wrap(text, width).map(line => ({ text: line, dressed: style.dim(line) }));
  });
  return [...grid, ...whole];
}

const undress = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  text.replaceAll(/\u001b\[[\d;]*m/g, '');

/** A core of which a CPU is taken: a line for each CPU, with who sits there. */
function takenBox(core: PictureCore, picture: Picture, style: Style): GridBox {
  const { id, threads } = core;
  const digits = Math.max(...threads.map(({ cpu }) => `${cpu}`.length));
  return {
    title: [packageWords(core, picture), id === undefined ? '' : `core ${id}`].join(' ').trim(),
    lines: threads.flatMap(thread => {
      const isFull = isCrowded(thread, picture);
      const seats = seatLines(thread.seats, picture, longestLabel, mostLines);
      const nobody = { text: thread.isIsolated ? 'isolated' : '–', guest: undefined, isOff: false };
      return (seats.length === 0 ? [nobody] : seats).map(({ text, isOff }, at) => ({
        text: `${(at === 0 ? `${thread.cpu}` : '').padStart(digits)} ${isFull ? '!' : ''}${printable(text)}`,
        paint: isFull ? (same: string) => style.severity('warning', same) : isOff ? style.dim : undress,
      }));
    }),
  };
}

/** A core on which nobody sits: its CPUs in one line. */
function bareBox(core: PictureCore, picture: Picture, style: Style): GridBox {
  const { threads } = core;
  const words = threads.map(({ cpu, isIsolated }) => `${cpu}${isIsolated ? 'i' : ''}`);
  return {
    title: packageWords(core, picture),
    lines: [{ text: words.join(' '), paint: threads.every(each => each.isIsolated) ? style.dim : undress }],
  };
}

/** The core's package, where its node has several. */
const packageWords = (core: PictureCore, { nesting, packages }: Picture): string =>
  nesting === 'packages-in-nodes' && packages.length > 1 && core.package !== undefined ? `pkg ${core.package}` : '';

function noteLines({ label, text, isTrouble }: PictureNote, style: Style, width: number): readonly string[] {
  const head = label.padEnd(14);
  return wrap(text, width - 14).map((line, at) => {
    const name = at > 0 ? ' '.repeat(14) : isTrouble ? style.severity('warning', head) : style.dim(head);
    return `${name}${line}`;
  });
}

/** Where there is no machine to draw, the pins of each guest can still be told. */
const pinsOnly = ({ guests }: Picture): readonly PictureNote[] =>
  guests.flatMap(({ name, pinned }) =>
    pinned.slice(0, 64).map(({ role, ids, cpus }) => {
      const what = role === 'emulator' ? 'emulator' : `${role === 'vcpu' ? 'vCPU' : 'I/O thread'} ${ids.join(',')}`;
      return { label: 'pinned', text: `${name} ${what} → CPU ${cpuWords(cpus)}`, isTrouble: false };
    }),
  );

function distanceLines({ nodes }: Picture, width: number): readonly string[] {
  const told = nodes.filter(({ distances, id }) => id !== undefined && distances.length > 1);
  if (told.length < 2 || told.some(({ distances }) => distances.length !== told.length)) return [];
  const cell =
    Math.max(...told.flatMap(({ distances, id }) => [...distances, id ?? 0].map(each => `${each}`.length))) + 1;
  if (14 + cell * (told.length + 1) > width) return [];
  const row = (head: string, cells: readonly (number | undefined)[]): string =>
    `${head.padEnd(14)}${cells.map(each => `${each ?? ''}`.padStart(cell)).join('')}`;
  return [
    '',
    row('distances', [undefined, ...told.map(({ id }) => id)]),
    ...told.map(({ id, distances }) => row('', [id, ...distances])),
  ];
}

function legendWords({ nodes, guests, isolated }: Picture): string {
  const seats = nodes.flatMap(({ cores }) => cores.flatMap(({ threads }) => threads.flatMap(each => each.seats)));
  const has = (role: string): boolean => seats.some(seat => seat.role === role);
  return [
    has('vcpu') ? 'guest·N vCPU N' : '',
    has('emulator') ? 'emu emulator' : '',
    has('iothread') ? 'ioN I/O thread N' : '',
    seats.some(({ guest }) => guests[guest]?.state === 'off') ? '(…) the guest is off, there it would sit' : '',
    seats.length > 0 ? '– nothing pinned' : isolated.isEmpty ? '' : 'i isolated',
  ]
    .filter(word => word !== '')
    .join(' · ');
}
