/** Typed reading of attributes and texts of a domain XML: undefined where nothing stands, DomainValueError where nonsense does. */
import { refuseValue } from '#formats/domain-xml/domain-value-error';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, text } from '#formats/xml/xml-tree';
import { CpuSet } from '#units/cpu-set';

/** Gives an attribute that says something: undefined where it is missing or empty. */
export const word = (element: XmlElement | undefined, name: string): string | undefined => {
  const value = element && attribute(element, name);
  return value === '' ? undefined : value;
};

/** Gives an attribute that must be there. */
export const requiredWord = (element: XmlElement, name: string): string =>
  word(element, name) ?? refuseValue(element, `@${name} of <${element.name}>`, '', 'a word');

/** Gives the text of an element that must have one. */
export const requiredText = (element: XmlElement): string => {
  const value = text(element);
  return value === '' ? refuseValue(element, `<${element.name}>`, '', 'a word') : value;
};

/** Gives an attribute that is a whole number from 0. */
export function count(element: XmlElement | undefined, name: string): number | undefined {
  if (element === undefined) return undefined;
  const value = attribute(element, name);
  return value === undefined ? undefined : toCount(element, `@${name} of <${element.name}>`, value);
}

/** Gives an attribute that is a whole number from 0 and must be there. */
export const requiredCount = (element: XmlElement, name: string): number =>
  toCount(element, `@${name} of <${element.name}>`, attribute(element, name) ?? '');

/** Gives the text of an element as a whole number from 0. */
export const countIn = (element: XmlElement): number => toCount(element, `<${element.name}>`, text(element));

/** Gives the text of an element as a whole number, which may be negative. */
export function signedIn(element: XmlElement): number {
  const value = text(element);
  const number = /^[+-]?\d{1,19}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? refuseValue(element, `<${element.name}>`, value, 'a whole number') : number;
}

/** Gives an attribute that is a number in hexadecimal (`0x1f`) or decimal form, as addresses are. */
export function addressPart(element: XmlElement, name: string, most: number): number {
  const value = attribute(element, name) ?? '0';
  const number = /^(?:0x[0-9a-fA-F]{1,8}|\d{1,10})$/.test(value) ? Number(value) : Number.NaN;
  return number <= most ? number : refuseValue(element, `@${name} of <${element.name}>`, value, 'a part of an address');
}

/** Gives an attribute that says yes or no. */
export const yesNo = (element: XmlElement | undefined, name: string): boolean | undefined =>
  either(element, name, 'yes', 'no');

/** Gives an attribute that says on or off. */
export const onOff = (element: XmlElement | undefined, name: string): boolean | undefined =>
  either(element, name, 'on', 'off');

/** Gives an attribute that is a list of CPUs or nodes. */
export function idSet(element: XmlElement, name: string): CpuSet | undefined {
  const value = word(element, name);
  if (value === undefined) return undefined;
  const set = CpuSet.parse(value);
  return set === undefined || set.isEmpty
    ? refuseValue(element, `@${name} of <${element.name}>`, value, 'a list of numbers like 0-3,8')
    : set;
}

/** Gives an attribute that is a list of CPUs or nodes and must be there. */
export const requiredIdSet = (element: XmlElement, name: string): CpuSet =>
  idSet(element, name) ?? refuseValue(element, `@${name} of <${element.name}>`, '', 'a list of numbers like 0-3,8');

function toCount(element: XmlElement, what: string, value: string): number {
  const number = /^\s*\+?\d{1,16}\s*$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : refuseValue(element, what, value, 'a whole number from 0');
}

function either(element: XmlElement | undefined, name: string, yes: string, no: string): boolean | undefined {
  const value = word(element, name);
  if (element === undefined || value === undefined) return undefined;
  if (value !== yes && value !== no) refuseValue(element, `@${name} of <${element.name}>`, value, `${yes} or ${no}`);
  return value === yes;
}
