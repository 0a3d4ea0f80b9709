import { addressPart } from '#formats/domain-xml/domain-values';
import { pciAddress } from '#formats/domain-xml/pci-address';
import { word, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childText } from '#formats/xml/xml-tree';
import type { HostDevice } from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** hostdev of a domain XML; libvirt's formatdomain, “Host device assignment”. */
export function hostDevice(element: XmlElement, at: Evidence): HostDevice {
  const type = word(element, 'type') ?? 'unknown';
  const source = child(element, 'source');
  return {
    at,
    mode: word(element, 'mode') ?? 'subsystem',
    type,
    address: source && addressOf(type, source),
    isManaged: yesNo(element, 'managed') ?? false,
    driver: word(child(element, 'driver'), 'name'),
    teaming: word(child(element, 'teaming'), 'type'),
    isShareable: child(element, 'shareable') !== undefined,
  };
}

function addressOf(type: string, source: XmlElement): string | undefined {
  const address = child(source, 'address');
  switch (type) {
    case 'pci':
      return address && pciAddress(address);
    case 'mdev':
      return word(address, 'uuid');
    case 'usb':
      return usbAddress(source, address);
    case 'scsi':
      return scsiAddress(source, address);
    case 'scsi_host':
      return word(source, 'wwpn');
    case 'storage':
      return childText(source, 'block') || undefined;
    case 'misc':
      return childText(source, 'char') || undefined;
    case 'net':
      return childText(source, 'interface') || undefined;
    default:
      return undefined;
  }
}

/** `046d:0a38`, by place `bus 1 device 4`. */
function usbAddress(source: XmlElement, address: XmlElement | undefined): string | undefined {
  const vendor = child(source, 'vendor');
  const product = child(source, 'product');
  if (vendor !== undefined && product !== undefined) {
    const id = (element: XmlElement): string => addressPart(element, 'id', 0xffff).toString(16).padStart(4, '0');
    return `${id(vendor)}:${id(product)}`;
  }
  return address && `bus ${addressPart(address, 'bus', 0xffff)} device ${addressPart(address, 'device', 0xffff)}`;
}

/** `host0:0:1:2`: adapter, bus, target, unit; an iSCSI source by its name. */
function scsiAddress(source: XmlElement, address: XmlElement | undefined): string | undefined {
  const adapter = word(child(source, 'adapter'), 'name')?.replace(/^scsi_/, '');
  if (adapter === undefined || address === undefined) return word(source, 'name');
  const part = (name: string): number => addressPart(address, name, 0xffffffff);
  return `${adapter}:${part('bus')}:${part('target')}:${part('unit')}`;
}
