import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, text } from '#formats/xml/xml-tree';
import { type Bytes, bytes } from '#units/bytes';

// libvirt's scaled integers: https://libvirt.org/formatdomain.html#memory-allocation and
// https://libvirt.org/formatstorage.html (elements capacity, allocation): b, byte, bytes = 1; KB = 1000, k and KiB =
// 1024, and so on for M, G, T, P, E; capital or small letters alike (basictypes.rng, define "unit").

const letters = 'kmgtpe';

/** How many bytes one of a libvirt unit is; undefined for what libvirt does not know as one. */
export function bytesPerUnit(unit: string): number | undefined {
  const small = unit.toLowerCase();
  if (small === 'b' || small === 'byte' || small === 'bytes') return 1;
  const power = letters.indexOf(small.charAt(0)) + 1;
  if (small === '' || power === 0) return undefined;
  const rest = small.slice(1);
  if (rest === 'b') return 1000 ** power;
  return rest === '' || rest === 'ib' ? 1024 ** power : undefined;
}

/**
 * Takes a whole number and libvirt's unit of it.
 *
 * @param unit the `unit` attribute; without one (or with an empty one) `defaultUnit` counts
 * @returns undefined for what is no such size, or one over 2⁵³−1 bytes
 */
export function parseScaledSize(
  number: string,
  unit: string | undefined,
  defaultUnit: 'KiB' | 'bytes',
): Bytes | undefined {
  const scale = bytesPerUnit(unit || defaultUnit);
  const trimmed = number.trim();
  if (scale === undefined || !/^\+?\d{1,20}$/.test(trimmed)) return undefined;
  const size = Number(trimmed) * scale;
  return Number.isSafeInteger(size) ? bytes(size) : undefined;
}

/**
 * The size in an element like `<memory unit='MiB'>512</memory>` of a domain or of capabilities: KiB without a unit, and
 * rounded up to whole KiB, as libvirt does.
 *
 * @returns undefined for what is no such size. libvirt's “unlimited” (2⁵³−1 KiB) is none either.
 */
export function memorySizeIn(element: XmlElement): Bytes | undefined {
  const size = parseScaledSize(text(element), attribute(element, 'unit'), 'KiB');
  return size === undefined ? undefined : bytes(Math.ceil(size / 1024) * 1024);
}

/** The size in an element like `<capacity unit='GiB'>20</capacity>` of a pool or volume: bytes without a unit. */
export function storageSizeIn(element: XmlElement): Bytes | undefined {
  return parseScaledSize(text(element), attribute(element, 'unit'), 'bytes');
}
