import { requiredIdSet } from '#formats/domain-xml/domain-values';
import { idSet, requiredCount, word } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, children } from '#formats/xml/xml-tree';
import type { NumaTuning } from '#model/domain-resources';

/** numatune of a domain XML; libvirt's formatdomain, “NUMA Node Tuning”: the mode that is not written is `strict`. */
export function numaTuning(element: XmlElement): NumaTuning {
  const memory = child(element, 'memory');
  return {
    memory: memory && {
      mode: word(memory, 'mode') ?? 'strict',
      nodeset: idSet(memory, 'nodeset'),
      placement: word(memory, 'placement'),
    },
    cells: children(element, 'memnode').map(node => ({
      cell: requiredCount(node, 'cellid'),
      mode: word(node, 'mode') ?? 'strict',
      nodeset: requiredIdSet(node, 'nodeset'),
    })),
  };
}
