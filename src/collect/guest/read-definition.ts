import { readDocument } from '#collect/read-document';
import { type DomainSource, type ParsedDomain, parseDomain } from '#formats/domain-xml/parse-domain';
import { unreadDomainConfig } from '#formats/domain-xml/unread-domain-config';
import { expectName } from '#formats/libvirt-xml/xml-value';
import type { SeenElements } from '#formats/xml/seen-elements';
import type { XmlElement } from '#formats/xml/xml-document';
import type { Unknown } from '#model/known';

/** Reads a domain XML; a text that is none gives a definition of which every part is unknown, for the reason why it is none. `seen`: what was read of definitions before. */
export function readDefinition(text: string, from: DomainSource, seen?: SeenElements): ParsedDomain {
  const read = (root: XmlElement): ParsedDomain => {
    expectName(root, 'domain');
    return parseDomain(root, from);
  };
  const parsed = readDocument(text, from.source, read, seen);
  return 'state' in parsed ? unreadDefinition(from.source, parsed) : parsed;
}

/** A definition that was not read, and why. */
export const unreadDefinition = (source: string, why: Unknown): ParsedDomain => ({
  name: undefined,
  uuid: why,
  config: unreadDomainConfig(source, why.reason, why.remedy),
  osId: why,
  declaredIntents: why,
  managedBy: why,
});
