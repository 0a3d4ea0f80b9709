import type { Picture, PictureNode } from '#model/picture/picture';
import { wrap } from '#report/human/wrap';
import { attributes, escapeMarkup } from '#report/markup';
import { pictureNotes } from '#report/picture/picture-notes';
import { pictureStyles } from '#report/picture/picture-styles';
import { countWords } from '#report/picture/picture-words';
import { type Block, flowBlocks, stackBlocks, svgRect, svgText, textBlock } from '#report/picture/svg-block';
import { type CellShape, cellShape } from '#report/picture/svg-core';
import { boxed, nodeBox, nodeContent, nodePadding } from '#report/picture/svg-node';

const gap = 12;
/** Narrowest inside of a node. */
const narrowest = 200;

/**
 * Gives the picture as an element `svg` at most about `most` pixels wide: packages, nodes, cores and CPUs as boxes within each other, each
 * CPU with `data-cpu` and the guests on it. Colours come from `pictureStyles`, which the page or the file must hold.
 */
export function pictureSvg(picture: Picture, most = 1120): string {
  return svgElement(machineBlock(picture, most), describe(picture), '');
}

/** Gives the picture as an SVG file of its own, with its title, the guests that have no place, and an explanation. */
export function pictureSvgFile(picture: Picture, most = 1120): string {
  const head = textBlock([picture.name === undefined ? picture.source : `host ${picture.name}`], 'pic-head', 26, 11.5);
  const shape = textBlock(wrap(describe(picture), Math.floor(most / 6.5)), 'pic-words', 18, 6.5);
  const machine: Block =
    picture.lacking === undefined
      ? machineBlock(picture, most)
      : textBlock(wrap(`The CPUs cannot be drawn: ${picture.lacking}`, 120), 'pic-words', 18, 6.5);
  const notes = pictureNotes(picture).map(({ label, text, isTrouble }) => noteBlock(label, text, isTrouble, most));
  const content = stackBlocks([head, shape, machine, stackBlocks(notes, 4), legendBlock(picture, most)], gap);
  const padded: Block = {
    width: content.width + 2 * gap,
    height: content.height + 2 * gap,
    draw: (x, y) => content.draw(x + gap, y + gap),
  };
  const back = '<rect width="100%" height="100%" class="pic-back"/>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgElement(padded, describe(picture), `<style>${pictureStyles}</style>${back}`)}\n`;
}

/** One sentence for who cannot see the picture. */
export function describe({ counts, hasNuma, lacking, cpuModel }: Picture): string {
  if (lacking !== undefined) return `no picture: ${lacking}`;
  return [
    counts.packages > 0 ? countWords(counts.packages, 'package') : undefined,
    hasNuma ? countWords(counts.nodes, 'NUMA node') : 'no NUMA',
    countWords(counts.cores, 'core'),
    countWords(counts.cpus, 'CPU'),
    counts.guests === 0 ? undefined : `${countWords(counts.guests, 'guest')}, ${counts.running} running`,
    cpuModel,
  ]
    .filter(word => word !== undefined)
    .join(', ');
}

function svgElement(block: Block, title: string, before: string): string {
  const width = Math.ceil(block.width) + 2;
  const height = Math.ceil(block.height) + 2;
  const head = attributes({
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'pic',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  });
  return `<svg${head}><title>${escapeMarkup(title)}</title>${before}${block.draw(1, 1)}</svg>`;
}

/** Nodes, in their packages where those hold several. The number of columns is the one that makes the drawing lowest. */
function machineBlock(picture: Picture, most: number): Block {
  const shape = cellShape(picture);
  if (picture.nesting !== 'nodes-in-packages') return columnsOfNodes(picture.nodes, picture, shape, most);
  const count = picture.packages.length;
  const without = picture.nodes.filter(({ packages }) => packages.length === 0);
  const options = [1, 2, 3, 4].filter(beside => beside <= count && most / beside > narrowest + 60);
  const drawn = options.map(beside => {
    const each = (most - gap * (beside - 1)) / beside;
    const boxes = picture.packages.map(({ id, nodes }) => {
      const own = nodes.flatMap(at => picture.nodes[at] ?? []);
      const content = columnsOfNodes(own, picture, shape, each - 2 * gap);
      return boxed(`package ${id}`, content, { class: 'pic-package', 'data-package': id }, gap);
    });
    return flowBlocks(boxes, most, gap);
  });
  const rest = columnsOfNodes(without, picture, shape, most);
  return stackBlocks([lowest(drawn), rest], gap);
}

function columnsOfNodes(nodes: readonly PictureNode[], picture: Picture, shape: CellShape, most: number): Block {
  const counts = [1, 2, 3, 4, 5, 6].filter(
    count => count === 1 || (count <= nodes.length && innerWidth(most, count) >= narrowest),
  );
  const rowsOf = (count: number, inner: number) => {
    const contents = nodes.map(node => ({ node, content: nodeContent(node, picture, shape, inner) }));
    const wide = Math.max(narrowest, ...contents.map(({ content }) => content.width));
    const rows: Block[] = [];
    for (let at = 0; at < contents.length; at += count) {
      const row = contents.slice(at, at + count);
      const height = Math.max(...row.map(({ content }) => content.height));
      const boxes = row.map(({ node, content }) => nodeBox(node, content, inner, height));
      rows.push(flowBlocks(boxes, Number.POSITIVE_INFINITY, gap));
    }
    return { count, inner, wide, ...stackBlocks(rows, gap) };
  };
  const drawn = counts.map(count => rowsOf(count, innerWidth(most, count)));
  const best = drawn.find(({ height }) => height === Math.min(...drawn.map(each => each.height)));
  if (best === undefined) return nothing;
  // no wider than what stands in the widest
  return best.wide < best.inner ? rowsOf(best.count, best.wide) : best;
}

const innerWidth = (most: number, count: number): number =>
  Math.floor((most - gap * (count - 1)) / count) - nodePadding;

const nothing: Block = { width: 0, height: 0, draw: () => '' };

const lowest = (blocks: readonly Block[]): Block =>
  blocks.reduce((best, block) => (best === nothing || block.height < best.height ? block : best), nothing);

function noteBlock(label: string, text: string, isTrouble: boolean, most: number): Block {
  const lines = wrap(text, Math.floor((most - 110) / 6.5));
  const words = textBlock(lines, 'pic-words', 18, 6.5);
  return {
    width: words.width + 110,
    height: words.height,
    draw: (x, y) =>
      svgText(x, y + 13, `${isTrouble ? '! ' : ''}${label}`, { class: isTrouble ? 'pic-trouble' : 'pic-dim' }) +
      words.draw(x + 110, y),
  };
}

/** What the signs mean, of those that are in the picture. */
export function legendEntries(
  picture: Picture,
): readonly { readonly kind: string | undefined; readonly says: string }[] {
  const cpus = picture.nodes.flatMap(({ cores }) => cores.flatMap(({ threads }) => threads));
  const seats = cpus.flatMap(each => each.seats);
  const has = (role: string): boolean => seats.some(seat => seat.role === role);
  const { nodes } = picture;
  return [
    ...(has('vcpu')
      ? [
          { kind: 'pic-t0', says: 'a tint for each guest' },
          { kind: undefined, says: 'guest·N: its vCPU N is pinned here' },
        ]
      : []),
    ...(has('emulator') ? [{ kind: undefined, says: 'emu: emulator threads' }] : []),
    ...(has('iothread') ? [{ kind: undefined, says: 'ioN: I/O thread N' }] : []),
    ...(seats.some(({ guest }) => picture.guests[guest]?.state === 'off')
      ? [{ kind: 'pic-off', says: '(…): the guest is off, it would sit here' }]
      : []),
    ...(cpus.some(each => each.isIsolated) ? [{ kind: 'pic-isolated-sign', says: 'isolated CPU' }] : []),
    ...(nodes.some(({ memory }) => memory.pools.length > 0)
      ? [
          { kind: 'pic-pool-used', says: 'huge pages in use' },
          { kind: 'pic-pool-free', says: 'huge pages free' },
        ]
      : []),
    ...(nodes.some(({ memory }) => memory.total !== undefined)
      ? [
          { kind: 'pic-used', says: 'normal memory in use' },
          { kind: 'pic-free', says: 'free' },
        ]
      : []),
  ];
}

/** A sign of the legend, 16 × 12 pixels. */
export const legendSign = (kind: string, x: number, y: number): string =>
  svgRect(x, y, 16, 12, { class: `pic-sign ${kind}`, rx: 2 });

const legendBlock = (picture: Picture, most: number): Block =>
  flowBlocks(
    legendEntries(picture).map(({ kind, says }) => {
      const sign = kind === undefined ? 0 : 22;
      return {
        width: Math.ceil(says.length * 6.7) + sign + 14,
        height: 18,
        draw: (x, y) =>
          (kind === undefined ? '' : legendSign(kind, x, y + 2)) +
          svgText(x + sign, y + 13, says, { class: 'pic-dim' }),
      };
    }),
    most,
    0,
  );
