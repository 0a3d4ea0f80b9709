import { XmlValueError } from '#formats/libvirt-xml/xml-value';
import { parseXml } from '#formats/xml/parse-xml';
import type { SeenElements } from '#formats/xml/seen-elements';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { type Unknown, unknown } from '#model/known';

/** Reads an XML document of libvirt with a parser of its root element; a text that is no such document is unknown, for the reason that the parser gives. `seen`: what was read of such documents before. */
export function readDocument<T>(
  text: string,
  source: string,
  parse: (root: XmlElement) => T,
  seen?: SeenElements,
): T | Unknown {
  try {
    return parse(parseXml(text, { file: source, seen }).root);
  } catch (error) {
    if (error instanceof XmlError || error instanceof XmlValueError) return unknown(error.message, error.doThis);
    throw error;
  }
}
