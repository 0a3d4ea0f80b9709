import type { XmlElement } from '#formats/xml/xml-document';
import { attributeValue, text } from '#formats/xml/xml-tree';

/** Which elements do not count. */
export interface CanonicalOptions {
  readonly without?: ReadonlySet<string>;
}

/**
 * An element as one text that is equal for documents that mean the same: attributes in the order of their names, no white space between
 * elements, no comments, one way to write each character. For hashing and comparing, not for reading; holds what the document holds,
 * secrets too.
 */
export function canonicalXml(root: XmlElement, { without }: CanonicalOptions = {}): string {
  const attributes = root.attributes
    .map(one => `${one.name}=${JSON.stringify(attributeValue(root, one))}`)
    .sort()
    .join(' ');
  const children = root.children.filter(({ name }) => without?.has(name) !== true);
  const own = JSON.stringify(text(root));
  // nesting is bounded by the limits of parseXml
  return `<${root.name} ${attributes}>${own}${children.map(child => canonicalXml(child, { ...(without && { without }) })).join('')}</>`;
}
