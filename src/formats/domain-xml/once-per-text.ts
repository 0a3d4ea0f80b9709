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
  return element => ofSeen(element, ofText, () => parse(element));
}

/**
 * For a device, which knows where it stands: only its text is taken apart once, and each device is made of that. Copies of one device would cost
 * more, since each copy is of a shape of its own.
 */
export function deviceOncePerText<T extends { readonly at: Evidence }>(
  parse: (element: XmlElement, at: Evidence) => T,
): (element: XmlElement, at: Evidence) => T {
  return (element, at) =>
    ofSeen(
      element,
      seen => parse(rootOf(seen), at),
      () => parse(element, at),
    );
}

/** Reads an element by its text where that was seen before, else where it stands; there also what is wrong with it, to tell the place. */
function ofSeen<T>({ seen }: XmlElement, ofText: (seen: SeenText) => T, here: () => T): T {
  if (seen === undefined) return here();
  try {
    return ofText(seen);
  } catch (error) {
    if (error instanceof XmlValueError) return here();
    throw error;
  }
}

/** The element of a text, in a document of its own. */
const rootOf = oncePer((seen: SeenText) => parseXml(seen.source, { file: 'an element' }).root);
