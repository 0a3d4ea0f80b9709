import { escapeAttribute, escapeText } from '#formats/xml/escape-xml';
import { insertElements, type NewChild } from '#formats/xml/insert-element';
import { dropSpace, endOfName, isSpaceOnly, skipSpace } from '#formats/xml/xml-characters';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { type XmlEdit, XmlEditError, type XmlPlace } from '#formats/xml/xml-edit';
import { indentOf, isBlank, layOut, layoutNear } from '#formats/xml/xml-layout';
import { elementsAt, pathOf } from '#formats/xml/xml-path';
import { orderSplices, type Splice } from '#formats/xml/xml-splice';
import { findAttribute } from '#formats/xml/xml-tree';

/**
 * What edits come down to: replacements of source text, in the order of the text.
 *
 * @throws XmlEditError when an edit does not fit the document, or two touch the same text
 */
export function splicesFor(document: XmlDocument, edits: readonly XmlEdit[]): readonly Splice[] {
  const splices: Splice[] = [];
  const newChildren = new Map<XmlElement, NewChild[]>();
  for (const edit of edits) {
    if (edit.do === 'insert') {
      const parent = find(document, edit.into);
      newChildren.set(parent, [...(newChildren.get(parent) ?? []), { xml: edit.xml, spot: edit.spot ?? 'last' }]);
    } else splices.push(...resolve(document, edit));
  }
  for (const [parent, added] of newChildren) splices.push(...insertElements(parent, added));
  return orderSplices(document, splices);
}

function resolve(document: XmlDocument, edit: Exclude<XmlEdit, { do: 'insert' }>): readonly Splice[] {
  if (edit.do === 'splice') {
    const base = edit.at === '/' ? document.start : find(document, edit.at).start;
    return spliceAt(document, base + edit.offset, edit.was, edit.becomes);
  }
  const element = find(document, edit.at);
  switch (edit.do) {
    case 'set-attribute':
      return [setAttribute(element, edit.name, edit.value)];
    case 'remove-attribute':
      return [removeAttribute(element, edit.name)];
    case 'set-text':
      return setText(element, escapeText(edit.text));
    case 'remove':
      return [removeElement(element)];
    case 'replace':
      return [
        { start: element.start, end: element.end, text: layOut(edit.xml, indentOf(element), layoutNear(element)) },
      ];
  }
}

function find(document: XmlDocument, place: XmlPlace): XmlElement {
  if (typeof place !== 'string') {
    if (place.document === document) return place;
    throw new XmlEditError(
      'no-such-place',
      `${pathOf(place)} is an element of another document.`,
      'Edit the document it is in.',
    );
  }
  const found = elementsAt(document, place);
  const [first] = found;
  if (!first)
    throw new XmlEditError('no-such-place', `There is no ${place}.`, 'Read the document again: it may have changed.');
  if (found.length > 1) {
    throw new XmlEditError(
      'ambiguous-place',
      `${place} fits ${found.length} elements.`,
      'Number the step, as in disk[2].',
    );
  }
  return first;
}

function spliceAt(document: XmlDocument, start: number, was: string, becomes: string): readonly Splice[] {
  if (!document.text.startsWith(was, start) || start + was.length > document.end) {
    throw new XmlEditError(
      'changed',
      'The text to take back is no longer what it was.',
      'Compare the document with the one that was edited.',
    );
  }
  return [{ start, end: start + was.length, text: becomes }];
}

/** The offset just past the last attribute, or past the name where there is none. */
function endOfAttributes(element: XmlElement): number {
  const last = element.attributes.at(-1);
  return last ? last.valueEnd + 1 : element.start + 1 + element.name.length;
}

function setAttribute(element: XmlElement, name: string, value: string): Splice {
  const found = findAttribute(element, name);
  if (found) {
    const quote = element.document.text.charAt(found.valueEnd);
    return { start: found.valueStart, end: found.valueEnd, text: escapeAttribute(value, quote) };
  }
  if (name === '' || endOfName(name, 0) !== name.length) {
    throw new XmlEditError(
      'malformed-name',
      'The name of a new attribute is not an XML name.',
      'Use letters, digits, - and _.',
    );
  }
  const { quote } = layoutNear(element);
  const at = endOfAttributes(element);
  return { start: at, end: at, text: ` ${name}=${quote}${escapeAttribute(value, quote)}${quote}` };
}

function removeAttribute(element: XmlElement, name: string): Splice {
  const index = element.attributes.findIndex(candidate => candidate.name === name);
  const found = element.attributes[index];
  if (!found) {
    throw new XmlEditError(
      'no-such-attribute',
      `${pathOf(element)} has no attribute ${name}.`,
      'Read the document again.',
    );
  }
  const before = element.attributes[index - 1];
  const start = before ? before.valueEnd + 1 : element.start + 1 + element.name.length;
  return { start, end: found.valueEnd + 1, text: '' };
}

function setText(element: XmlElement, written: string): readonly Splice[] {
  const { document, name, openEnd, closeStart } = element;
  if (element.children.length > 0) {
    throw new XmlEditError(
      'has-children',
      `${pathOf(element)} holds elements, not text.`,
      'Replace the whole element.',
    );
  }
  if (openEnd === element.end) {
    if (written === '') return [];
    return [{ start: endOfAttributes(element), end: element.end, text: `>${written}</${name}>` }];
  }
  const nodes = contentOf(element);
  const solid = nodes.filter(
    node => node.kind === 'cdata' || (node.kind === 'text' && !isSpaceOnly(document.sourceOf(node))),
  );
  const [first] = solid;
  const last = solid.at(-1);
  if (first && last) {
    const start = first.kind === 'text' ? skipSpace(document.text, first.start) : first.start;
    const end = last.kind === 'text' ? dropSpace(document.text, last.start, last.end) : last.end;
    return [{ start, end, text: written }];
  }
  const isBlankOnly = nodes.every(node => node.kind === 'text');
  return [{ start: openEnd, end: isBlankOnly ? closeStart : openEnd, text: written }];
}

/** With its line (the line end before it, up to the one after it) where nothing else stands on that. */
function removeElement(element: XmlElement): Splice {
  const { text } = element.document;
  if (!element.parent) {
    throw new XmlEditError('is-root', 'The outermost element cannot be taken away.', 'Replace it instead.');
  }
  let start = element.start;
  while (isBlank(text.charAt(start - 1))) start--;
  let end = element.end;
  while (isBlank(text.charAt(end))) end++;
  const endsLine = text.charAt(end) === '\n' || text.startsWith('\r\n', end);
  if (text.charAt(start - 1) !== '\n' || !endsLine) return { start: element.start, end: element.end, text: '' };
  start -= text.charAt(start - 2) === '\r' ? 2 : 1;
  return { start, end, text: '' };
}
