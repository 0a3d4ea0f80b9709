/** Sizes in a domain XML: without a unit KiB, rounded up to whole KiB. @throws XmlValueError for what is no size */
import { parseScaledSize, storageSizeIn } from '#formats/libvirt-xml/parse-scaled-size';
import { sizeOf, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, text } from '#formats/xml/xml-tree';
import { type Bytes, bytes } from '#units/bytes';

/** Gives the size in an element's text: `<memory unit='GiB'>4</memory>`. */
export const sizeIn = (element: XmlElement): Bytes => memorySize(element, 'The text', text(element));

/** Gives the size in an attribute, whose unit is in @unit: `<cell memory='2' unit='GiB'/>`. */
export const sizeOfAttribute = (element: XmlElement, name: string): Bytes =>
  memorySize(element, `@${name}`, attribute(element, name) ?? '');

/** Gives the size in an element's text whose unit is bytes where none is written; not rounded. */
export const byteSizeIn = (element: XmlElement): Bytes => sizeOf(element, storageSizeIn);

/** Gives a limit: undefined where there is none. libvirt writes 2⁵³−1 KiB for “unlimited”; all from 8 PiB on counts as that. */
export function limitOf(element: XmlElement | undefined): Bytes | undefined {
  if (element === undefined) return undefined;
  const number = text(element);
  const isOverEightPib =
    /^\d{14,20}$/.test(number) && parseScaledSize(number, attribute(element, 'unit'), 'KiB') === undefined;
  return isOverEightPib ? undefined : sizeIn(element);
}

function memorySize(element: XmlElement, what: string, value: string): Bytes {
  const unit = attribute(element, 'unit');
  const size = parseScaledSize(value, unit, 'KiB');
  const rounded = size === undefined ? Number.NaN : Math.ceil(size / 1024) * 1024;
  if (!Number.isSafeInteger(rounded)) {
    throw new XmlValueError(element, what, unit === undefined ? value : `${value} ${unit}`, 'a size');
  }
  return bytes(rounded);
}
