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

/** The same for a device, which knows where it stands. */
export function deviceOncePerText<T extends { readonly at: Evidence }>(
  parse: (element: XmlElement, at: Evidence) => T,
): (element: XmlElement, at: Evidence) => T {
  const anywhere = oncePerText(element => {
    const { at: _, ...rest } = parse(element, { from: '', value: '' });
    return rest;
  });
  return (element, at) => {
    if (element.seen === undefined) return parse(element, at);
    // a property that is added to a copy costs less than one that is put in the place of another
    const device: unknown = { ...anywhere(element), at };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one property that was left out is there again
    return device as T;
  };
}

/** The element of a text, in a document of its own. */
const rootOf = oncePer((seen: SeenText) => parseXml(seen.source, { file: 'an element' }).root);
