import type { XmlElement } from '#formats/xml/xml-document';
import { attributeValue, text } from '#formats/xml/xml-tree';

/** What does not count. */
export interface CanonicalOptions {
  /** Elements that are left out, by name. */
  readonly without?: ReadonlySet<string>;
  /** Gives the key by which the children of an element are sorted, where their order does not count; those of one key stay in theirs. */
  readonly keyOf?: (child: XmlElement) => string | undefined;
}

/**
 * An element as one text that is equal for documents that mean the same: attributes in the order of their names, no white space between
 * elements, no comments, one way to write each character. For hashing and comparing, not for reading; holds what the document holds,
 * secrets too.
 */
export function canonicalXml(root: XmlElement, options: CanonicalOptions = {}): string {
  const attributes = root.attributes
    .map(one => `${one.name}=${JSON.stringify(attributeValue(root, one))}`)
    .sort()
    .join(' ');
  const children = root.children.filter(({ name }) => options.without?.has(name) !== true);
  const keyed = children.map(child => ({ child, key: options.keyOf?.(child) ?? '' }));
  // the sort is stable; nesting is bounded by the limits of parseXml
  const inner = keyed
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ child }) => canonicalXml(child, options));
  return `<${root.name} ${attributes}>${JSON.stringify(text(root))}${inner.join('')}</>`;
}
