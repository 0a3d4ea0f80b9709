import { elementsAtPlace, partPlace } from '#change/domain/part-path';
import { parseScaledSize } from '#formats/libvirt-xml/parse-scaled-size';
import { redacted, secretsIn } from '#formats/xml/redact-xml';
import type { XmlAttribute, XmlElement } from '#formats/xml/xml-document';
import { attribute, attributeValue, findAttribute, text } from '#formats/xml/xml-tree';
import { secretMark } from '#units/secret';

/** How what stands at a place is written: an attribute's value, an element's text, or the whole element as XML. */
export type PartForm = 'attribute' | 'text' | 'element';

/** Gives the form of a part by its path and what is, or is to be, there. */
export function partForm(path: string, contents: readonly (string | undefined)[]): PartForm {
  if (partPlace(path).attribute !== undefined) return 'attribute';
  return contents.some(content => content !== undefined && !content.trimStart().startsWith('<')) ? 'text' : 'element';
}

/**
 * Gives what stands at a place, secrets masked; undefined where nothing does. Sizes come in the unit that libvirt takes where none is written, mostly KiB. A
 * place that fits several elements gives how many: that is never equal to what a change names.
 */
export function readPart(domain: XmlElement, path: string, form: PartForm): string | undefined {
  const place = partPlace(path);
  const found = elementsAtPlace(domain, place);
  const [element] = found;
  if (element === undefined) return undefined;
  if (found.length > 1) return `‹${found.length} elements›`;
  if (form === 'element') return redacted(element.document, element.start, element.end);
  if (place.attribute === undefined) return textOf(element);
  const own = findAttribute(element, place.attribute);
  return own && attributeText(element, own);
}

function textOf(element: XmlElement): string {
  const written = text(element);
  if (hasSecretIn(element, element.openEnd, element.closeStart)) return secretMark;
  const unit = sizeUnit(element);
  return unit === undefined ? written : inUnit(written, attribute(element, 'unit'), unit);
}

function attributeText(element: XmlElement, own: XmlAttribute): string {
  if (hasSecretIn(element, own.start, own.valueEnd)) return secretMark;
  const written = attributeValue(element, own);
  return element.name === 'cell' && own.name === 'memory'
    ? inUnit(written, attribute(element, 'unit'), 'KiB')
    : written;
}

const hasSecretIn = ({ document }: XmlElement, start: number, end: number): boolean =>
  secretsIn(document, start, end).some(secret => secret.start < end && secret.end > start);

const sizeNames = [
  'memory',
  'currentMemory',
  'maxMemory',
  'hard_limit',
  'soft_limit',
  'min_guarantee',
  'swap_hard_limit',
];

/** The unit of an element's text where it is a size: that which libvirt takes where none is written. */
export function sizeUnit({ name, parent }: XmlElement): 'KiB' | 'bytes' | undefined {
  if (sizeNames.includes(name) || (parent?.name === 'target' && (name === 'size' || name === 'requested')))
    return 'KiB';
  return name === 'max_size' ? 'bytes' : undefined;
}

function inUnit(written: string, unit: string | undefined, wanted: 'KiB' | 'bytes'): string {
  const size = unit === undefined || unit === wanted ? undefined : parseScaledSize(written, unit, wanted);
  if (size === undefined) return written;
  return String(wanted === 'bytes' ? size : Math.ceil(size / 1024));
}
