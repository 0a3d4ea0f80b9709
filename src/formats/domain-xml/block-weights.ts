import { countIn } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { children, childText } from '#formats/xml/xml-tree';
import type { BlockWeights } from '#model/domain-resources';

/** blkiotune of a domain XML: libvirt's formatdomain, “Block I/O Tuning”. A weight of 0 takes a device's own weight away. */
export const blockWeights = (element: XmlElement): BlockWeights => ({
  weight: countIn(element, 'weight'),
  devices: children(element, 'device').flatMap(device => {
    const path = childText(device, 'path');
    const weight = countIn(device, 'weight') ?? 0;
    return path === undefined || weight === 0 ? [] : [{ path, weight }];
  }),
});
