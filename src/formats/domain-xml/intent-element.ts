/**
 * nearmetal's own element in a domain's metadata, which says what the guest is for: how it is found, written and taken away. How all
 * elements `intent` are read, whoever wrote them, stands in `metadata`.
 */
import { intentElements, intentsIn } from '#formats/domain-xml/metadata';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import type { XmlEdit } from '#formats/xml/xml-edit';
import { child, localName, namespaceOf } from '#formats/xml/xml-tree';

/** Namespace of the element, and the prefix that it is written with. */
export const intentNamespace = 'https://nearmetal.dev/xmlns/domain/1';
export const intentPrefix = 'nearmetal';

/** Intents that a definition states. */
export interface StatedIntents {
  /** In nearmetal's own element, as written; undefined: there is none. */
  readonly own: readonly string[] | undefined;
  /** In elements of others, which count as well and are left alone. */
  readonly others: readonly string[];
}

/** Gives the intents that a domain element states. */
export function statedIntents(domain: XmlElement): StatedIntents {
  const metadata = child(domain, 'metadata');
  const own = metadata === undefined ? [] : ownElements(metadata);
  const inOwn = own.flatMap(element => [
    ...(localName(element) === 'intent' ? [element] : []),
    ...intentElements(element),
  ]);
  const all = metadata === undefined ? [] : intentElements(metadata);
  return {
    own: own.length === 0 ? undefined : intentsIn(inOwn),
    others: intentsIn(all.filter(element => !inOwn.includes(element))),
  };
}

/** Gives the element without its namespace, as virDomainSetMetadata wants it: libvirt puts in namespace and prefix. */
export const bareIntents = (words: readonly string[]): string =>
  `<intents>${words.map(word => `<intent>${word}</intent>`).join('')}</intents>`;

/** Gives the edits that make a definition state these intents, or (undefined) none of ours. Words are plain names; of others' elements nothing is touched. */
export function editIntents(document: XmlDocument, words: readonly string[] | undefined): readonly XmlEdit[] {
  const { root } = document;
  const metadata = child(root, 'metadata');
  const own = metadata === undefined ? [] : ownElements(metadata);
  const xml = words === undefined ? undefined : qualified(words);
  const [first, ...rest] = own;
  const removed = rest.map((at): XmlEdit => ({ do: 'remove', at }));
  if (first !== undefined)
    return [xml === undefined ? { do: 'remove', at: first } : { do: 'replace', at: first, xml }, ...removed];
  if (xml === undefined) return [];
  if (metadata !== undefined) return [{ do: 'insert', into: metadata, xml }];
  return [{ do: 'insert', into: root, xml: `<metadata>${xml}</metadata>`, spot: { order: beforeMetadata } }];
}

/** What the schema puts before the metadata, in its order; libvirt's own output has name, uuid, title, description, metadata. */
const beforeMetadata = ['name', 'uuid', 'genid', 'title', 'description', 'metadata'];

const ownElements = (metadata: XmlElement): readonly XmlElement[] =>
  metadata.children.filter(element => namespaceOf(element) === intentNamespace);

const qualified = (words: readonly string[]): string => {
  const inner = words.map(word => `<${intentPrefix}:intent>${word}</${intentPrefix}:intent>`).join('');
  return `<${intentPrefix}:intents xmlns:${intentPrefix}="${intentNamespace}">${inner}</${intentPrefix}:intents>`;
};
