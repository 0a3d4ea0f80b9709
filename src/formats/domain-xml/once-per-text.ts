import { XmlValueError } from '#formats/libvirt-xml/xml-value';
import { parseXml } from '#formats/xml/parse-xml';
import type { SeenText } from '#formats/xml/seen-elements';
import type { XmlElement } from '#formats/xml/xml-document';
import type { Evidence } from '#model/known';
import { oncePer } from '#model/once-per';

/**
 * Takes a parser that looks at an element alone, not at what is around it; gives one that parses elements of one text once. What is wrong
 * with one is told where it stands.
 */
export function oncePerText<T>(parse: (element: XmlElement) => T): (element: XmlElement) => T {
  const ofText = oncePer((seen: SeenText) => parse(rootOf(seen)));
  return element => {
    if (element.seen === undefined) return parse(element);
    try {
      return ofText(element.seen);
    } catch (error) {
      if (error instanceof XmlValueError) return parse(element);
      throw error;
    }
  };
}

/**
 * The same for a device, which knows where it stands: its text is taken apart once, and each device is made of that. Copies of one device would
 * cost more, since each copy is of a shape of its own.
 */
export function deviceOncePerText<T extends { readonly at: Evidence }>(
  parse: (element: XmlElement, at: Evidence) => T,
): (element: XmlElement, at: Evidence) => T {
  return (element, at) => {
    if (element.seen === undefined) return parse(element, at);
    try {
      return parse(rootOf(element.seen), at);
    } catch (error) {
      if (error instanceof XmlValueError) return parse(element, at);
      throw error;
    }
  };
}

/** The element of a text, in a document of its own. */
const rootOf = oncePer((seen: SeenText) => parseXml(seen.source, { file: 'an element' }).root);
