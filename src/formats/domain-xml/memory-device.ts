import { countIn, requiredWord, word } from '#formats/domain-xml/attribute-values';
import { DomainValueError } from '#formats/domain-xml/domain-value-error';
import { sizeIn } from '#formats/domain-xml/size-values';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childText } from '#formats/xml/xml-tree';
import type { MemoryDevice } from '#model/domain-devices';
import type { Evidence } from '#model/known';

/** devices/memory of a domain XML; libvirt's formatdomain, “Memory devices”. */
export function memoryDevice(element: XmlElement, at: Evidence): MemoryDevice {
  const source = child(element, 'source');
  const target = child(element, 'target');
  const size = target && child(target, 'size');
  if (target === undefined || size === undefined) throw new DomainValueError(element, '<memory> has no size');
  const sizeOf = (parent: XmlElement | undefined, name: string): MemoryDevice['size'] | undefined => {
    const found = parent && child(parent, name);
    return found && sizeIn(found);
  };
  const node = child(target, 'node');
  return {
    at,
    model: requiredWord(element, 'model'),
    size: sizeIn(size),
    node: node && countIn(node),
    pageSize: sizeOf(source, 'pagesize'),
    nodemask: (source && childText(source, 'nodemask')) || undefined,
    block: sizeOf(target, 'block'),
    requested: sizeOf(target, 'requested'),
    current: sizeOf(target, 'current'),
    access: word(element, 'access'),
  };
}
