import { pciAddress } from '#formats/domain-xml/pci-address';
import { count, word } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childAttribute } from '#formats/xml/xml-tree';
import type { NetworkInterface } from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** interface of a domain XML; libvirt's formatdomain, “Network interfaces”. `number` names one that has no other name. */
export function networkInterface(element: XmlElement, at: Evidence, number: number): NetworkInterface {
  const source = child(element, 'source');
  const driver = child(element, 'driver');
  const mac = childAttribute(element, 'mac', 'address')?.toLowerCase() || undefined;
  const address = source && child(source, 'address');
  const named = word(child(element, 'target'), 'dev') ?? word(child(element, 'alias'), 'name');
  return {
    mac,
    name: named ?? mac ?? `interface ${number}`,
    at,
    type: word(element, 'type') ?? 'ethernet',
    source: word(source, 'network') ?? word(source, 'bridge') ?? word(source, 'dev'),
    model: word(child(element, 'model'), 'type'),
    driver: word(driver, 'name'),
    queues: count(driver, 'queues'),
    teaming: word(child(element, 'teaming'), 'type'),
    backend: word(child(element, 'backend'), 'type'),
    hostAddress: address !== undefined && word(address, 'type') === 'pci' ? `pci ${pciAddress(address)}` : undefined,
  };
}
