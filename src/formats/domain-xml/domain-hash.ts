import { createHash } from 'node:crypto';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child, childText } from '#formats/xml/xml-tree';

/**
 * Devices of different kinds have no order, and libvirt puts controllers into another one when it reads again what it wrote: those that it
 * added itself come last the first time, and among their like from then on.
 */
const deviceKey = (element: XmlElement): string | undefined => {
  if (element.parent?.name !== 'devices') return undefined;
  if (element.name !== 'controller') return element.name;
  return `controller ${attribute(element, 'type')} ${(attribute(element, 'index') ?? '').padStart(6, '0')}`;
};

/**
 * SHA-256 of what a stored definition says, whatever its layout. Two definitions of one hash are the same to libvirt. It tells a guesser
 * whether a password is right: kept where the definition itself may be kept, and nowhere else.
 *
 * @throws XmlError where the text is no XML
 */
export const domainHash = (xml: string, guest: string): string =>
  createHash('sha256')
    .update(canonicalXml(parseXml(xml, { file: guest }).root, { keyOf: deviceKey }))
    .digest('hex');

/** Gives the path of the file with the UEFI variables of a guest; undefined where it has none of its own. */
export function nvramPath(xml: string, guest: string): string | undefined {
  const os = child(parseXml(xml, { file: guest }).root, 'os');
  const path = os && childText(os, 'nvram');
  return path?.startsWith('/') === true ? path : undefined;
}
