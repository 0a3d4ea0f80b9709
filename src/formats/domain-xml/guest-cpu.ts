import { sizeOfAttribute } from '#formats/domain-xml/size-values';
import { count, idSet, requiredWord, word, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childAttribute, children, text } from '#formats/xml/xml-tree';
import type { GuestCell, GuestCpu } from '#model/domain-resources';

/** cpu of a domain XML; libvirt's formatdomain, “CPU model and topology”. */
export function guestCpu(element: XmlElement): GuestCpu {
  const model = child(element, 'model');
  const topology = child(element, 'topology');
  const numa = child(element, 'numa');
  const modelName = model && text(model);
  return {
    mode: word(element, 'mode'),
    match: word(element, 'match'),
    check: word(element, 'check'),
    migratable: word(element, 'migratable'),
    model: modelName === '' ? undefined : modelName,
    modelFallback: word(model, 'fallback'),
    features: children(element, 'feature').map(feature => ({
      name: requiredWord(feature, 'name'),
      policy: word(feature, 'policy') ?? 'require',
    })),
    topology: topology && {
      sockets: level(topology, 'sockets'),
      dies: level(topology, 'dies'),
      clusters: level(topology, 'clusters'),
      cores: level(topology, 'cores'),
      threads: level(topology, 'threads'),
    },
    cacheMode: childAttribute(element, 'cache', 'mode'),
    cells: numa === undefined ? [] : children(numa, 'cell').map(cell),
  };
}

/** How many of a level of the topology there are: one where it is not said, never none. */
const level = (topology: XmlElement, name: string): number => {
  const number = count(topology, name) ?? 1;
  if (number === 0) throw new XmlValueError(topology, `@${name}`, '0', 'a number from 1');
  return number;
};

/** A cell without an id has its place among the cells as id. */
const cell = (element: XmlElement, index: number): GuestCell => ({
  id: count(element, 'id') ?? index,
  cpus: idSet(element, 'cpus'),
  memory: sizeOfAttribute(element, 'memory'),
  access: word(element, 'memAccess'),
});
