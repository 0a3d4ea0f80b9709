import type { Span, XmlDocument, XmlElement } from '#formats/xml/xml-document';

/** What stands between tags: plain text (white space too), a CDATA section, a comment, an instruction or declaration. */
export interface XmlPiece extends Span {
  readonly kind: 'text' | 'cdata' | 'comment' | 'instruction';
}

/** One thing inside an element, in the order written. */
export type XmlNode = XmlPiece | (Span & { readonly kind: 'element'; readonly element: XmlElement });

/**
 * Everything between the element's tags: child elements and what stands between them. The spans lie end to end.
 * Worked out from the source when asked for: the tree keeps only elements.
 */
export function contentOf(element: XmlElement): readonly XmlNode[] {
  const nodes: XmlNode[] = [];
  let at = element.openEnd;
  for (const inner of element.children) {
    nodes.push(...piecesBetween(element.document, at, inner.start));
    nodes.push({ kind: 'element', start: inner.start, end: inner.end, element: inner });
    at = inner.end;
  }
  nodes.push(...piecesBetween(element.document, at, element.closeStart));
  return nodes;
}

/** The pieces of a stretch of the source that holds no tags: a gap between elements, before or after the root. */
export function piecesBetween(document: XmlDocument, from: number, to: number): readonly XmlPiece[] {
  const { text } = document;
  const pieces: XmlPiece[] = [];
  let at = from;
  while (at < to) {
    const piece = pieceAt(text, at, to);
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

function pieceAt(text: string, start: number, to: number): XmlPiece {
  if (text.startsWith('<!--', start)) return { kind: 'comment', start, end: text.indexOf('-->', start + 4) + 3 };
  if (text.startsWith('<![CDATA[', start)) return { kind: 'cdata', start, end: text.indexOf(']]>', start) + 3 };
  if (text.startsWith('<?', start)) return { kind: 'instruction', start, end: text.indexOf('?>', start) + 2 };
  const next = text.indexOf('<', start);
  return { kind: 'text', start, end: next === -1 || next > to ? to : next };
}
