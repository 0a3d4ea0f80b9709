import type { Picture, PictureCore, PictureMemory, PictureNode } from '#model/picture/picture';
import { wrap } from '#report/human/wrap';
import { attributes, escapeMarkup } from '#report/markup';
import { foldCores, isTaken } from '#report/picture/fold-cores';
import { rangeNotes } from '#report/picture/picture-notes';
import { boundWords, countWords, cpuWords, memoryWords, nodeTitle, poolWords } from '#report/picture/picture-words';
import { type Block, flowBlocks, stackBlocks, svgRect, svgText, textBlock } from '#report/picture/svg-block';
import { bareCore, type CellShape, takenCore } from '#report/picture/svg-core';
import { bytes, printBytes } from '#units/bytes';

/** Width of a character of the words: 12 px, whatever the reader's sans serif is. */
const character = 6.5;
const padding = 12;
/** On machines with more CPUs only cores with a guest on them are drawn one by one; the rest is told in a line. */
const mostCpus = 512;

/** Gives the content of a node at most so wide: its name, its memory as a bar, its cores. */
export function nodeContent(node: PictureNode, picture: Picture, shape: CellShape, most: number): Block {
  const columns = Math.floor(most / character);
  const lines = (texts: readonly string[], name: string): Block =>
    textBlock(
      texts.flatMap(text => wrap(text, columns)),
      name,
      17,
      character,
    );
  const { memory, cores, distances } = node;
  const folded = foldCores(node, picture.counts.cpus > mostCpus ? 'taken' : 'all');
  const bound = boundWords(memory, picture);
  const words = memoryWords(memory);
  const cpus = cores.length === 0 ? 'memory only, no CPUs' : undefined;
  return stackBlocks(
    [
      textBlock(
        [nodeTitle(node, picture, picture.nesting === 'nodes-in-packages' ? 'in-package' : 'alone')],
        'pic-title',
        20,
        8.2,
      ),
      lines([...(words === undefined ? [] : [words]), ...(cpus === undefined ? [] : [cpus])], 'pic-words'),
      memoryBar(memory, most),
      lines(poolWords(memory), 'pic-words'),
      lines(bound.length === 0 ? [] : [`guests’ memory here: ${few(bound)}`], 'pic-words'),
      lines(distances.length > 1 && distances.length <= 16 ? [`distances ${distances.join(' ')}`] : [], 'pic-dim'),
      coreBlocks(folded.drawn, node, picture, shape, most),
      lines(
        folded.plain.map(
          ({ cores: count, cpus: set, isIsolated }) =>
            `${isIsolated ? 'isolated, ' : ''}nothing pinned: ${countWords(count, 'core')}, CPUs ${cpuWords(set)}`,
        ),
        'pic-words',
      ),
      lines(
        rangeNotes(picture, node).map(({ label, text }) => `${label} ${text}`),
        'pic-words',
      ),
    ],
    6,
  );
}

const few = (words: readonly string[]): string =>
  words.length > 6 ? `${words.slice(0, 6).join(', ')}, ${words.length - 6} more` : words.join(', ');

/** Cores in the order of the machine: taken ones with their guests, then those on which nobody sits; package by package where there are several. */
function coreBlocks(
  cores: readonly PictureCore[],
  node: PictureNode,
  picture: Picture,
  shape: CellShape,
  most: number,
): Block {
  const isSplit = picture.nesting === 'packages-in-nodes' && picture.packages.length > 1;
  const flow = (some: readonly PictureCore[], width: number): Block => {
    const taken = some.filter(isTaken).map(core => takenCore(core, picture, shape));
    const bare = some.filter(core => !isTaken(core)).map(core => bareCore(core, picture, shape));
    return stackBlocks([flowBlocks(taken, width, 6), flowBlocks(bare, width, 4)], 6);
  };
  if (!isSplit) return flow(cores, most);
  const ids = node.packages.length > 0 ? node.packages : [undefined];
  const boxes = ids.map(id => {
    const content = flow(
      cores.filter(core => core.package === id),
      most - 16,
    );
    return boxed(`package ${id ?? '?'}`, content, { class: 'pic-package', 'data-package': id }, 8);
  });
  return flowBlocks(boxes, most, 8);
}

/** A box with a name over some content. */
export function boxed(
  title: string,
  content: Block,
  group: Readonly<Record<string, string | number | undefined>>,
  inset: number,
): Block {
  const width = Math.max(content.width, title.length * 7) + 2 * inset;
  const height = content.height + 2 * inset + 16;
  return {
    width,
    height,
    draw: (x, y) =>
      `<g${attributes(group)}>${svgRect(x, y, width, height, { class: 'pic-package-box', rx: 8 })}${svgText(
        x + inset,
        y + inset + 8,
        title,
        { class: 'pic-package-title' },
      )}${content.draw(x + inset, y + inset + 16)}</g>`,
  };
}

/** A node's box, `inner` wide inside. */
export function nodeBox(node: PictureNode, content: Block, inner: number, height: number): Block {
  const width = inner + 2 * padding;
  const group = attributes({ class: 'pic-node', 'data-node': node.id ?? 'machine' });
  return {
    width,
    height: height + 2 * padding,
    draw: (x, y) =>
      `<g${group}>${svgRect(x, y, width, height + 2 * padding, { class: 'pic-node-box', rx: 9 })}${content.draw(
        x + padding,
        y + padding,
      )}</g>`,
  };
}

/** How much wider a node's box is than its content. */
export const nodePadding = 2 * padding;

/** A node's memory as a bar: pages of pools in use and free, then normal memory in use and free. */
function memoryBar({ total, free, pools }: PictureMemory, width: number): Block {
  if (total === undefined || total === 0) return { width: 0, height: 0, draw: () => '' };
  const inPools = pools.reduce((sum, pool) => sum + pool.total * pool.pageSize, 0);
  const poolsFree = pools.reduce((sum, pool) => sum + pool.free * pool.pageSize, 0);
  const parts = [
    { kind: 'pool-used', size: inPools - poolsFree, says: 'huge pages in use' },
    { kind: 'pool-free', size: poolsFree, says: 'huge pages free' },
    ...(free === undefined
      ? [{ kind: 'used', size: Math.max(0, total - inPools), says: 'normal pages' }]
      : [
          { kind: 'used', size: Math.max(0, total - inPools - free), says: 'normal pages in use' },
          { kind: 'free', size: free, says: 'free' },
        ]),
  ];
  const all = parts.reduce((sum, { size }) => sum + size, 0);
  return {
    // as wide as the node, which other things make wide
    width: 0,
    height: 12,
    draw(x, y) {
      let left = x;
      const drawn = parts.map(({ kind, size, says }) => {
        const wide = (size / Math.max(1, all)) * width;
        const at = left;
        left += wide;
        const title = `<title>${escapeMarkup(`${says}: ${printBytes(bytes(size))}`)}</title>`;
        return wide < 0.5 ? '' : `<g>${title}${svgRect(round(at), y, round(wide), 12, { class: `pic-${kind}` })}</g>`;
      });
      return `<g class="pic-memory">${drawn.join('')}${svgRect(x, y, width, 12, { class: 'pic-bar', rx: 3 })}</g>`;
    },
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
