import type { XmlElement } from '#formats/xml/xml-document';
import { type PathStep, parsePath, select } from '#formats/xml/xml-path';

/** A place of a domain XML, taken apart. */
export interface PartPlace {
  /** Path of the element; empty for the domain element itself. */
  readonly element: string;
  readonly steps: readonly PathStep[];
  /** Name of the attribute; undefined: the element itself. */
  readonly attribute: string | undefined;
}

/**
 * Takes the path of a part: `@type`, `memory`, `devices/disk[target/@dev='vda']/driver/@cache`.
 *
 * @throws TypeError when it is malformed
 */
export function partPlace(path: string): PartPlace {
  const [, element = '', attribute] = /^(?:(.*)\/)?@([\w:.-]+)$/s.exec(path) ?? [undefined, path, undefined];
  return { element, steps: parsePath(element), attribute };
}

/** The elements that a place fits. */
export const elementsAtPlace = (domain: XmlElement, { element }: Pick<PartPlace, 'element'>): readonly XmlElement[] =>
  element === '' ? [domain] : select(domain, element);

/** Why a path of a part cannot be used; undefined where it can. */
export function pathFault(path: string): string | undefined {
  try {
    const { steps, attribute } = partPlace(path);
    return steps.length === 0 && attribute === undefined ? 'a path is empty' : undefined;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
