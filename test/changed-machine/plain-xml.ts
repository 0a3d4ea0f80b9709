import { parseScaledSize } from '#formats/libvirt-xml/parse-scaled-size';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, attributeValue, text } from '#formats/xml/xml-tree';

/** Writes a domain XML in one way: without white space and comments, attributes by name, elements by name, sizes in bytes. */
export const plainXml = (xml: string): string => plain(parseXml(xml, { file: 'domain' }).root);

function plain(element: XmlElement): string {
  const { name, children, attributes } = element;
  const unit = attribute(element, 'unit');
  const own = text(element).trim();
  const size = children.length > 0 ? undefined : parseScaledSize(own, unit ?? 'KiB', 'KiB');
  const isSize = size !== undefined && (unit !== undefined || /[mM]emory|_limit$/.test(name));
  const pairs = attributes
    .filter(one => !(isSize && one.name === 'unit'))
    .map(one => ` ${one.name}="${attributeValue(element, one)}"`)
    .sort();
  const inside = children.map(plain);
  // devices of one kind are told apart by their order; others libvirt sorts itself
  const sorted = [...inside.entries()].sort(
    ([one, a], [other, b]) =>
      compare(children[one]?.name ?? '', children[other]?.name ?? '') || one - other || compare(a, b),
  );
  return `<${name}${pairs.join('')}>${isSize ? String(size) : own}${sorted.map(([, part]) => part).join('')}</${name}>`;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
