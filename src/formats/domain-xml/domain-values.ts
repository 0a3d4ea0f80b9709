/** Typed reading of what stands only in a domain XML; the rest is in libvirt-xml/xml-value. @throws XmlValueError where nonsense stands */
import { idSet, word, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, text } from '#formats/xml/xml-tree';
import type { CpuSet } from '#units/cpu-set';

/** Gives the text of an element that must have one. */
export function requiredText(element: XmlElement): string {
  const value = text(element);
  if (value === '') throw new XmlValueError(element, 'The text', '', 'a word');
  return value;
}

/** Gives the text of an element as a whole number, which may be negative. */
export function signedIn(element: XmlElement): number {
  const value = text(element);
  if (!/^[+-]?\d{1,19}$/.test(value)) throw new XmlValueError(element, 'The text', value, 'a whole number');
  return Number(value);
}

/** Gives an attribute that is a number in hexadecimal (`0x1f`) or decimal form, as addresses are; 0 where it is missing. */
export function addressPart(element: XmlElement, name: string, most: number): number {
  const value = attribute(element, name) ?? '0';
  const number = /^(?:0x[0-9a-fA-F]{1,8}|\d{1,10})$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= most)) throw new XmlValueError(element, `@${name}`, value, 'a part of an address');
  return number;
}

/** Gives an attribute that says on or off. */
export function onOff(element: XmlElement | undefined, name: string): boolean | undefined {
  const value = word(element, name);
  if (element === undefined || value === undefined) return undefined;
  if (value !== 'on' && value !== 'off') throw new XmlValueError(element, `@${name}`, value, 'on or off');
  return value === 'on';
}

/** Gives an attribute that is a list of CPUs or nodes and must be there. */
export function requiredIdSet(element: XmlElement, name: string): CpuSet {
  const set = idSet(element, name);
  if (set === undefined || set.isEmpty) throw new XmlValueError(element, `@${name}`, '', 'a list of numbers');
  return set;
}
