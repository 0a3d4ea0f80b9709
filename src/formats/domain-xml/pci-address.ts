import { addressPart } from '#formats/domain-xml/domain-values';
import { oncePerText } from '#formats/domain-xml/once-per-text';
import { word } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { children } from '#formats/xml/xml-tree';

/** Gives a PCI address element as the kernel writes it: `0000:01:00.0`. */
export function pciAddress(element: XmlElement): string {
  const hex = (name: string, most: number, digits: number): string =>
    addressPart(element, name, most).toString(16).padStart(digits, '0');
  return `${hex('domain', 0xffffffff, 4)}:${hex('bus', 0xff, 2)}:${hex('slot', 0x1f, 2)}.${hex('function', 7, 1)}`;
}

/** Gives the bus of each device with an address of type pci, in the order of the devices. */
export function pciBuses(devices: XmlElement): readonly number[] {
  const buses: number[] = [];
  for (const device of devices.children) for (const bus of busesOf(device)) buses.push(bus);
  return buses;
}

const busesOf = oncePerText((device): readonly number[] =>
  children(device, 'address').flatMap(address =>
    word(address, 'type') === 'pci' && word(address, 'bus') !== undefined ? [addressPart(address, 'bus', 0xff)] : [],
  ),
);
