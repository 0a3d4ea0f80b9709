import { decodeReferences } from '#formats/xml/decode-references';
import { trimSpace } from '#formats/xml/xml-characters';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlAttribute, XmlElement } from '#formats/xml/xml-document';

/** The first child element of that name (as written, prefix included). */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  const { children } = element;
  for (let index = 0; index < children.length; index++) {
    const candidate = children[index];
    if (candidate?.name === name) return candidate;
  }
  return undefined;
}

/** All child elements of that name, in order. */
export function children(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter(candidate => candidate.name === name);
}

/** The attribute itself, with its positions. */
export function findAttribute(element: XmlElement, name: string): XmlAttribute | undefined {
  const { attributes } = element;
  for (let index = 0; index < attributes.length; index++) {
    const candidate = attributes[index];
    if (candidate?.name === name) return candidate;
  }
  return undefined;
}

/** The attribute's value with references decoded and line ends and tabs as spaces (XML 1.0 §3.3.3). */
export function attribute(element: XmlElement, name: string): string | undefined {
  const { spots } = element.tag;
  const { text } = element.document;
  const begin = element.start;
  for (let at = 0; at < spots.length; at += 4) {
    const start = spots[at] ?? 0;
    if ((spots[at + 1] ?? 0) - start === name.length && text.startsWith(name, begin + start))
      return decodeValue(text.slice(begin + (spots[at + 2] ?? 0), begin + (spots[at + 3] ?? 0)));
  }
  return undefined;
}

/** The decoded value of one of the element's attributes. */
export function attributeValue(element: XmlElement, { valueStart, valueEnd }: XmlAttribute): string {
  return decodeValue(element.document.text.slice(valueStart, valueEnd));
}

/** Nearly all values mean what is written. */
const decodeValue = (written: string): string =>
  /[&\t\r\n]/.test(written) ? decodeReferences(written.replace(/\r\n|[\t\r\n]/g, ' ')) : written;

/**
 * The element's own text, decoded, without white space at its ends: text and CDATA that stand directly in it, joined;
 * not that of its child elements, and no comments. Empty for `<a/>`.
 */
export function text(element: XmlElement): string {
  const { document, openEnd, closeStart } = element;
  if (openEnd === closeStart) return '';
  const source = document.text.slice(openEnd, closeStart);
  if (!source.includes('<')) return trimSpace(decodeText(source));
  let joined = '';
  for (const node of contentOf(element)) {
    if (node.kind === 'text') joined += decodeText(document.sourceOf(node));
    else if (node.kind === 'cdata') joined += unifyLineEnds(document.text.slice(node.start + 9, node.end - 3));
  }
  return trimSpace(joined);
}

/** The text of the first child of that name, or undefined when there is no such child. */
export function childText(element: XmlElement, name: string): string | undefined {
  const found = child(element, name);
  return found && text(found);
}

/** An attribute of the first child of that name, or undefined when either is missing. */
export function childAttribute(element: XmlElement, name: string, attributeName: string): string | undefined {
  const found = child(element, name);
  return found && attribute(found, attributeName);
}

/** The name without its prefix. */
export function localName(element: XmlElement): string {
  return element.name.slice(element.name.indexOf(':') + 1);
}

/** The URI that the element's prefix (or the default namespace) is bound to where it stands; undefined when unbound. */
export function namespaceOf(element: XmlElement): string | undefined {
  const colon = element.name.indexOf(':');
  const declaration = colon === -1 ? 'xmlns' : `xmlns:${element.name.slice(0, colon)}`;
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const uri = attribute(at, declaration);
    if (uri !== undefined) return uri === '' ? undefined : uri;
  }
  return undefined;
}

/** The first child element of that local name in that namespace, whatever its prefix. */
export function childIn(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  return element.children.find(candidate => localName(candidate) === name && namespaceOf(candidate) === namespace);
}

function decodeText(source: string): string {
  return decodeReferences(unifyLineEnds(source));
}

function unifyLineEnds(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}
