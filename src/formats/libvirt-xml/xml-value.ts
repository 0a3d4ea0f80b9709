// Typed reading of attributes and texts of libvirt's XML: undefined where nothing stands, an error with its place where nonsense does.

import { parseScaledSize } from '#formats/libvirt-xml/parse-scaled-size';
import type { XmlElement } from '#formats/xml/xml-document';
import { pathOf } from '#formats/xml/xml-path';
import { attribute, child, text } from '#formats/xml/xml-tree';
import type { Bytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

/** A well-formed document holds a value that libvirt would not understand either. */
export class XmlValueError extends Error {
  readonly code = 'value';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong, without the place; `message` is `file:line:column: says`. */
  readonly says: string;
  readonly doThis = 'Write the document anew from libvirt, or correct the value.';

  constructor(element: XmlElement, what: string, value: string, wanted: string) {
    const { line, column } = element.document.positionOf(element.start);
    const says = `${what} of ${pathOf(element)} is “${value.slice(0, 30)}”, which is not ${wanted}.`;
    super(`${element.document.file}:${line}:${column}: ${says}`);
    this.name = 'XmlValueError';
    this.file = element.document.file;
    this.line = line;
    this.column = column;
    this.says = says;
  }
}

/** Asserts that an element is the root that a parser reads. @throws XmlValueError */
export function expectName(element: XmlElement, name: string): void {
  if (element.name !== name) throw new XmlValueError(element, 'The name', element.name, `<${name}>`);
}

/** Text of a child element; undefined where it is missing or empty. */
export function wordIn(element: XmlElement | undefined, name: string): string | undefined {
  const found = element && child(element, name);
  return (found && text(found)) || undefined;
}

/** Text of a child element that must be there. @throws XmlValueError */
export function requiredWordIn(element: XmlElement, name: string): string {
  const word = wordIn(element, name);
  if (word === undefined) throw new XmlValueError(element, `<${name}>`, '', 'a text');
  return word;
}

/** An attribute; undefined where it is missing or empty. */
export function word(element: XmlElement | undefined, name: string): string | undefined {
  return (element && attribute(element, name)) || undefined;
}

/** An attribute that must be there. @throws XmlValueError */
export function requiredWord(element: XmlElement, name: string): string {
  const value = word(element, name);
  if (value === undefined) throw new XmlValueError(element, `@${name}`, '', 'a text');
  return value;
}

/** An attribute that is a whole number from 0. @throws XmlValueError */
export function count(element: XmlElement | undefined, name: string): number | undefined {
  const value = element && attribute(element, name);
  return element === undefined || value === undefined ? undefined : toCount(element, `@${name}`, value);
}

/** An attribute that is a whole number from 0 and must be there. @throws XmlValueError */
export function requiredCount(element: XmlElement, name: string): number {
  return toCount(element, `@${name}`, attribute(element, name) ?? '');
}

/** Text of a child element as a whole number from 0. @throws XmlValueError */
export function countIn(element: XmlElement | undefined, name: string): number | undefined {
  const found = element && child(element, name);
  return found && countOf(found);
}

/** An element's text as a whole number from 0. @throws XmlValueError */
export function countOf(element: XmlElement): number {
  return toCount(element, 'The text', text(element));
}

/** An attribute that says yes or no. @throws XmlValueError */
export function yesNo(element: XmlElement | undefined, name: string): boolean | undefined {
  const value = word(element, name);
  if (element === undefined || value === undefined) return undefined;
  if (value !== 'yes' && value !== 'no') throw new XmlValueError(element, `@${name}`, value, 'yes or no');
  return value === 'yes';
}

/** An attribute that lists CPUs or nodes: `0-3,8`. @throws XmlValueError */
export function idSet(element: XmlElement, name: string): CpuSet | undefined {
  const value = attribute(element, name);
  if (value === undefined) return undefined;
  const set = CpuSet.parse(value);
  if (!set) throw new XmlValueError(element, `@${name}`, value, 'a list of numbers');
  return set;
}

/** An element that must have a size, read by one of the readers of `parse-scaled-size`. @throws XmlValueError */
export function sizeOf<T>(element: XmlElement, read: (element: XmlElement) => T | undefined): T {
  const size = read(element);
  if (size === undefined) throw new XmlValueError(element, 'The text', text(element), 'a size');
  return size;
}

/** A size in an attribute, with its unit beside it in `@unit`. @throws XmlValueError */
export function scaledAttribute(element: XmlElement, name: string, defaultUnit: 'KiB' | 'bytes'): Bytes {
  const value = requiredWord(element, name);
  const size = parseScaledSize(value, word(element, 'unit'), defaultUnit);
  if (size === undefined) throw new XmlValueError(element, `@${name}`, value, 'a size');
  return size;
}

function toCount(element: XmlElement, what: string, value: string): number {
  const number = /^\s*\+?\d{1,16}\s*$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new XmlValueError(element, what, value, 'a whole number from 0');
  return number;
}
