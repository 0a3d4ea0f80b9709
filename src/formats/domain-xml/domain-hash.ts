import { createHash } from 'node:crypto';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { child, childText } from '#formats/xml/xml-tree';

/**
 * SHA-256 of what a stored definition says, whatever its layout. Two definitions of one hash are the same to libvirt. It tells a guesser
 * whether a password is right: kept where the definition itself may be kept, and nowhere else.
 *
 * @throws XmlError where the text is no XML
 */
export const domainHash = (xml: string, guest: string): string =>
  createHash('sha256')
    .update(canonicalXml(parseXml(xml, { file: guest }).root))
    .digest('hex');

/** Gives the path of the file with the UEFI variables of a guest; undefined where it has none of its own. */
export function nvramPath(xml: string, guest: string): string | undefined {
  const os = child(parseXml(xml, { file: guest }).root, 'os');
  const path = os && childText(os, 'nvram');
  return path?.startsWith('/') === true ? path : undefined;
}
