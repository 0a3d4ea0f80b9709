/**
 * What a domain's metadata say of it; libvirt's formatdomain, “General metadata”. nearmetal's own element is
 *
 *     <nearmetal:intents xmlns:nearmetal="https://nearmetal.dev/xmlns/domain/1">
 *       <nearmetal:intent>database</nearmetal:intent>
 *       <nearmetal:intent>latency</nearmetal:intent>
 *     </nearmetal:intents>
 *
 * one element with a namespace of its own, because libvirt keeps only one element of a namespace. Whatever namespace it has, an
 * element `intent` anywhere below metadata counts.
 */
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, localName, namespaceOf, text } from '#formats/xml/xml-tree';

const libosinfoNamespace = 'http://libosinfo.org/xmlns/libvirt/domain/1.0';

/** Gives the elements named `intent`, in any namespace and at any depth. */
export const intentElements = (metadata: XmlElement): readonly XmlElement[] => {
  const found: XmlElement[] = [];
  const waiting = [...metadata.children].reverse();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (localName(element) === 'intent') found.push(element);
    for (let at = element.children.length - 1; at >= 0; at--) {
      const inner = element.children[at];
      if (inner !== undefined) waiting.push(inner);
    }
  }
  return found;
};

/** Gives the words in intent elements, in the order written, each once: `database, latency` in one element are two. */
export const intentsIn = (elements: readonly XmlElement[]): readonly string[] => [
  ...new Set(elements.flatMap(element => text(element).split(/[\s,]+/)).filter(word => word !== '')),
];

/** Gives the libosinfo element that names the operating system. */
export function osElement(metadata: XmlElement): XmlElement | undefined {
  const found = metadata.children.find(
    element => localName(element) === 'libosinfo' && namespaceOf(element) === libosinfoNamespace,
  );
  const os = found?.children.find(element => localName(element) === 'os');
  return os !== undefined && attribute(os, 'id') !== undefined ? os : undefined;
}
