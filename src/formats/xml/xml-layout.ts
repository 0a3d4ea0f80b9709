import { parseXml } from '#formats/xml/parse-xml';
import { isSpaceOnly } from '#formats/xml/xml-characters';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { XmlEditError } from '#formats/xml/xml-edit';
import { XmlError } from '#formats/xml/xml-error';

/** How new lines of a document should look. */
export interface XmlLayout {
  readonly newline: '\n' | '\r\n';
  /** What one level adds to the indentation. */
  readonly unit: string;
  readonly quote: '"' | "'";
}

/** The white space before an element on its line; undefined when something else stands before it. */
export function indentOf(element: XmlElement): string | undefined {
  const { text } = element.document;
  let lineStart = element.start;
  while (lineStart > 0 && isBlank(text.charAt(lineStart - 1))) lineStart--;
  const isAtLineStart = lineStart === 0 || text.charAt(lineStart - 1) === '\n';
  const isAfterMark = text.charAt(lineStart - 1) === '\ufeff';
  return isAtLineStart || isAfterMark ? text.slice(lineStart, element.start) : undefined;
}

/** Space or tab: what can stand between the start of a line and a tag. */
export function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}

/** The layout that new text near `element` should follow: the document's line ends, indentation and quotes. */
export function layoutNear(element: XmlElement): XmlLayout {
  const { text } = element.document;
  const firstLineEnd = text.indexOf('\n');
  const isWindows = firstLineEnd > 0 && text.charAt(firstLineEnd - 1) === '\r';
  return { newline: isWindows ? '\r\n' : '\n', unit: unitNear(element), quote: quoteNear(element) };
}

function unitNear(element: XmlElement): string {
  const { root } = element.document;
  const first = root.children[0];
  for (const [inner, outer] of [
    [element.children[0], element],
    [element, element.parent],
    [first, root],
  ] as const) {
    const deep = inner && indentOf(inner);
    const shallow = outer && indentOf(outer);
    if (deep !== undefined && shallow !== undefined && deep.length > shallow.length && deep.startsWith(shallow)) {
      return deep.slice(shallow.length);
    }
  }
  return '  ';
}

function quoteNear(element: XmlElement): '"' | "'" {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    for (const candidate of [at, ...at.children]) {
      const attribute = candidate.attributes[0];
      if (attribute) return element.document.text.charAt(attribute.valueEnd) === '"' ? '"' : "'";
    }
  }
  return "'";
}

/**
 * Lays out one element that was handed in as XML: a line for each child element and comment, in the given layout, the
 * first line without indentation. Text is left as it is, and so is everything in an element that mixes text and elements.
 *
 * @param indent indentation of the element's own line; undefined keeps it all on one line as it came
 * @throws XmlEditError when `xml` is not one well-formed element
 */
export function layOut(xml: string, indent: string | undefined, layout: XmlLayout): string {
  let piece: XmlDocument;
  try {
    piece = parseXml(xml, { file: 'new element' });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new XmlEditError('malformed-xml', error.message, error.doThis);
  }
  const { root } = piece;
  return indent === undefined ? withQuotes(root, layout.quote) : withLines(root, indent, layout);
}

/** Nesting is bounded by the limits of `parseXml`. */
function withLines(element: XmlElement, indent: string, layout: XmlLayout): string {
  const { document } = element;
  if (element.children.length === 0 || isMixed(element)) return withQuotes(element, layout.quote);
  const inner = layout.newline + indent + layout.unit;
  const lines = contentOf(element).flatMap(node => {
    if (node.kind === 'element') return [inner + withLines(node.element, indent + layout.unit, layout)];
    return node.kind === 'text' ? [] : [inner + document.sourceOf(node)];
  });
  const end = layout.newline + indent + document.text.slice(element.closeStart, element.end);
  return openTag(element, layout.quote) + lines.join('') + end;
}

/** Whether text or CDATA that is not blank stands directly in the element, so that white space there may count. */
export function isMixed(element: XmlElement): boolean {
  const { document } = element;
  return contentOf(element).some(
    node => node.kind === 'cdata' || (node.kind === 'text' && !isSpaceOnly(document.sourceOf(node))),
  );
}

/** The element's source with the wanted quotes in all its tags. */
function withQuotes(element: XmlElement, quote: string): string {
  const { document } = element;
  let written = openTag(element, quote);
  for (const node of contentOf(element)) {
    written += node.kind === 'element' ? withQuotes(node.element, quote) : document.sourceOf(node);
  }
  return written + document.text.slice(element.closeStart, element.end);
}

/** The start tag with the wanted quotes, but where a value holds that quote itself. */
function openTag(element: XmlElement, quote: string): string {
  const { text } = element.document;
  let written = '';
  let at = element.start;
  for (const { valueStart, valueEnd } of element.attributes) {
    const value = text.slice(valueStart, valueEnd);
    const mark = value.includes(quote) ? text.charAt(valueEnd) : quote;
    written += text.slice(at, valueStart - 1) + mark + value + mark;
    at = valueEnd + 1;
  }
  return written + text.slice(at, element.openEnd);
}
