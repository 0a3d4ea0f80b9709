/** memory, maxMemory, memoryBacking and memtune of a domain XML; libvirt's formatdomain, “Memory Allocation” to “Memory Tuning”. */

import { limitOf, sizeIn, sizeOfAttribute } from '#formats/domain-xml/size-values';
import { count, idSet, word, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childAttribute, children } from '#formats/xml/xml-tree';
import type { MaxMemory, MemoryBacking, MemoryTuning } from '#model/domain-resources';
import { type Bytes, bytes } from '#units/bytes';

/** maxMemory. */
export const maxMemory = (element: XmlElement): MaxMemory => ({
  size: sizeIn(element),
  slots: count(element, 'slots'),
});

/** memoryBacking. */
export function memoryBacking(element: XmlElement): MemoryBacking {
  const hugepages = child(element, 'hugepages');
  const allocation = child(element, 'allocation');
  return {
    hugepages: hugepages && {
      pages: children(hugepages, 'page').map(page => ({
        size: sizeOfAttribute(page, 'size'),
        nodeset: idSet(page, 'nodeset'),
      })),
    },
    nosharepages: child(element, 'nosharepages') !== undefined,
    locked: child(element, 'locked') !== undefined,
    source: childAttribute(element, 'source', 'type'),
    access: childAttribute(element, 'access', 'mode'),
    allocation: allocation && { mode: word(allocation, 'mode'), threads: count(allocation, 'threads') },
    discard: child(element, 'discard') !== undefined,
  };
}

/** memtune. */
export const memoryTuning = (element: XmlElement): MemoryTuning => ({
  hardLimit: limitOf(child(element, 'hard_limit')),
  softLimit: limitOf(child(element, 'soft_limit')),
  swapHardLimit: limitOf(child(element, 'swap_hard_limit')),
});

/** The memory of a guest that names none: its cells (cpu/numa) and its memory devices. */
export function memoryOfParts(numa: XmlElement, devices: XmlElement | undefined): Bytes {
  let sum = 0;
  for (const cell of children(numa, 'cell')) sum += sizeOfAttribute(cell, 'memory');
  for (const device of devices === undefined ? [] : children(devices, 'memory')) {
    const target = child(device, 'target');
    const size = target && child(target, 'size');
    if (size !== undefined) sum += sizeIn(size);
  }
  if (!Number.isSafeInteger(sum)) throw new XmlValueError(numa, 'The sum', String(sum), 'a size');
  return bytes(sum);
}
