import type { CellCapability, CpuPlace } from '#formats/capabilities/capabilities';
import { memorySizeIn } from '#formats/libvirt-xml/parse-scaled-size';
import {
  count,
  countOf,
  idSet,
  requiredCount,
  scaledAttribute,
  sizeOf,
  XmlValueError,
} from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { child, children } from '#formats/xml/xml-tree';
import { CpuSet } from '#units/cpu-set';
import { type Pages, pages } from '#units/pages';

/** topology/cells of `<host>`: the NUMA nodes as libvirt saw them when its daemon last looked. @throws XmlValueError */
export function parseCells(host: XmlElement): readonly CellCapability[] {
  return select(host, 'topology/cells/cell').map(cell => {
    const memory = child(cell, 'memory');
    const places = select(cell, 'cpus/cpu').map(placeOf);
    const ids = places.map(({ cpu }) => cpu);
    return {
      id: requiredCount(cell, 'id'),
      memory: memory && sizeOf(memory, memorySizeIn),
      cpus: toSet(cell, ids),
      places,
      pages: children(cell, 'pages').map(pagesOf),
      distances: new Map(
        select(cell, 'distances/sibling').map(to => [requiredCount(to, 'id'), requiredCount(to, 'value')]),
      ),
    };
  });
}

function placeOf(cpu: XmlElement): CpuPlace {
  return {
    cpu: requiredCount(cpu, 'id'),
    socket: count(cpu, 'socket_id'),
    die: count(cpu, 'die_id'),
    cluster: count(cpu, 'cluster_id'),
    core: count(cpu, 'core_id'),
    siblings: idSet(cpu, 'siblings'),
  };
}

function toSet(cell: XmlElement, ids: readonly number[]): CpuSet {
  try {
    return CpuSet.of(ids);
  } catch (error) {
    if (error instanceof RangeError)
      throw new XmlValueError(cell, 'A CPU id', `${Math.max(...ids)}`, 'one that a CPU can have');
    throw error;
  }
}

/** `<pages unit='KiB' size='2048'>COUNT</pages>`: the text counts pages. */
function pagesOf(element: XmlElement): Pages {
  return pages(countOf(element), scaledAttribute(element, 'size', 'KiB'));
}
