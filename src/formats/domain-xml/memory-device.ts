import { sizeIn } from '#formats/domain-xml/size-values';
import { countOf, requiredWord, word, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childText } from '#formats/xml/xml-tree';
import type { MemoryDevice } from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** devices/memory of a domain XML; libvirt's formatdomain, “Memory devices”. */
export function memoryDevice(element: XmlElement, at: Evidence): MemoryDevice {
  const source = child(element, 'source');
  const target = child(element, 'target');
  const size = target && child(target, 'size');
  if (target === undefined || size === undefined) throw new XmlValueError(element, '<size>', '', 'a size');
  const sizeOf = (parent: XmlElement | undefined, name: string): MemoryDevice['size'] | undefined => {
    const found = parent && child(parent, name);
    return found && sizeIn(found);
  };
  const node = child(target, 'node');
  return {
    at,
    model: requiredWord(element, 'model'),
    size: sizeIn(size),
    node: node && countOf(node),
    pageSize: sizeOf(source, 'pagesize'),
    nodemask: (source && childText(source, 'nodemask')) || undefined,
    block: sizeOf(target, 'block'),
    requested: sizeOf(target, 'requested'),
    current: sizeOf(target, 'current'),
    access: word(element, 'access'),
  };
}
