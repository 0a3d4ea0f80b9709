import { isSpaceOnly } from '#formats/xml/xml-characters';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlEditError, type XmlSpot } from '#formats/xml/xml-edit';
import { indentOf, isBlank, isMixed, layOut, layoutNear } from '#formats/xml/xml-layout';
import { pathOf, select } from '#formats/xml/xml-path';
import type { Splice } from '#formats/xml/xml-splice';

/** One element to add to a parent. */
export interface NewChild {
  readonly xml: string;
  readonly spot: XmlSpot;
}

/**
 * The splices that add elements to one parent. New children follow the child before them, with a comment that ends its
 * line, so that comments above the next child stay with that one.
 *
 * @throws XmlEditError
 */
export function insertElements(parent: XmlElement, newChildren: readonly NewChild[]): readonly Splice[] {
  const gaps = new Map<number, { readonly xml: string; readonly rank: number }[]>();
  for (const { xml, spot } of newChildren) {
    const gap = gapFor(parent, xml, spot);
    const rank = typeof spot === 'object' && 'order' in spot ? spot.order.indexOf(nameIn(xml)) : 0;
    gaps.set(gap, [...(gaps.get(gap) ?? []), { xml, rank }]);
  }
  return [...gaps].map(([gap, pieces]) => {
    // the sort is stable: pieces of one name keep the order given
    const ordered = pieces.sort((a, b) => a.rank - b.rank).map(({ xml }) => xml);
    return parent.children.length === 0 ? fill(parent, ordered) : insertAfter(parent, gap, ordered);
  });
}

/** How many of the parent's children come before the new one. */
function gapFor(parent: XmlElement, xml: string, spot: XmlSpot): number {
  const { children } = parent;
  if (spot === 'first') return 0;
  if (spot === 'last') return children.length;
  if ('order' in spot) return gapInOrder(parent, nameIn(xml), spot.order);
  const name = 'before' in spot ? spot.before : spot.after;
  const found = select(parent, name).filter(candidate => candidate.parent === parent);
  const sibling = 'before' in spot ? found[0] : found.at(-1);
  if (!sibling) {
    throw new XmlEditError(
      'no-such-sibling',
      `In ${pathOf(parent)} there is no ${name} to stand beside.`,
      'Name a child that is there, or a schema order.',
    );
  }
  return children.indexOf(sibling) + ('before' in spot ? 0 : 1);
}

function gapInOrder(parent: XmlElement, name: string, order: readonly string[]): number {
  const rank = order.indexOf(name);
  if (rank === -1) return parent.children.length;
  const isEarlier = (candidate: XmlElement) => {
    const its = order.indexOf(candidate.name);
    return its !== -1 && its <= rank;
  };
  const before = parent.children.findLastIndex(isEarlier);
  if (before !== -1) return before + 1;
  const after = parent.children.findIndex(candidate => order.indexOf(candidate.name) > rank);
  return after === -1 ? parent.children.length : after;
}

/** The element's name at the start of XML that is checked later. */
function nameIn(xml: string): string {
  return /^\s*<([^\s/>]{1,200})/.exec(xml)?.[1] ?? '';
}

/** Adds to a parent that has children: after child number `gap - 1`, or before the first. */
function insertAfter(parent: XmlElement, gap: number, pieces: readonly string[]): Splice {
  const { text } = parent.document;
  const before = parent.children[gap - 1];
  const next = parent.children[gap];
  const neighbour = before ?? next ?? parent;
  const indent = indentOf(neighbour);
  const layout = layoutNear(parent);
  const written = pieces.map(xml => layOut(xml, indent, layout));
  const from = before?.end ?? parent.openEnd;
  if (indent === undefined) return { start: from, end: from, text: written.join('') };
  const at = endOfLine(text, from, next?.start ?? parent.closeStart);
  return { start: at, end: at, text: written.map(piece => layout.newline + indent + piece).join('') };
}

/** Where the line ends that a tag ends on, if only white space and comments follow on it; else `from`. */
function endOfLine(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const char = text.charAt(at);
    if (char === '\n' || (char === '\r' && text.charAt(at + 1) === '\n')) return at;
    if (isBlank(char)) at++;
    else if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at) + 3;
      if (text.slice(at, end).includes('\n')) return from;
      at = end;
    } else return from;
  }
  return from;
}

/** Adds to a parent without children: `<a/>` opens up, and an empty or blank `<a></a>` gets lines. */
function fill(parent: XmlElement, pieces: readonly string[]): Splice {
  const { document, name } = parent;
  const layout = layoutNear(parent);
  const nodes = contentOf(parent);
  const lastSolid = nodes.findLast(node => node.kind !== 'text' || !isSpaceOnly(document.sourceOf(node)));
  const outer = isMixed(parent) ? undefined : indentOf(parent);
  const indent = outer === undefined ? undefined : outer + layout.unit;
  const written = pieces.map(xml => layOut(xml, indent, layout));
  const inner =
    indent === undefined ? written.join('') : written.map(piece => layout.newline + indent + piece).join('');
  const close = outer === undefined ? '' : layout.newline + outer;
  if (parent.end === parent.openEnd) {
    const tagEnd = (parent.attributes.at(-1)?.valueEnd ?? parent.start + name.length) + 1;
    return { start: tagEnd, end: parent.end, text: `>${inner}${close}</${name}>` };
  }
  const from = isMixed(parent) ? parent.closeStart : (lastSolid?.end ?? parent.openEnd);
  const blank = document.text.slice(from, parent.closeStart);
  if (blank.includes('\n') || outer === undefined) return { start: from, end: from, text: inner };
  return { start: from, end: parent.closeStart, text: inner + close };
}
