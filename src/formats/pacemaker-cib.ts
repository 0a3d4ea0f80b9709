import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { attribute, children } from '#formats/xml/xml-tree';

/** A guest that a cluster starts and stops. */
export interface ClusterGuest {
  /** Name of the resource. */
  readonly id: string;
  /** Path of the domain XML that the resource agent starts it from. */
  readonly config: string;
}

/**
 * Takes Pacemaker's cluster information base (cib.xml); gives its resources of the agent ocf:heartbeat:VirtualDomain (its parameter
 * `config`; ClusterLabs, resource-agents). Undefined where the text is no such document.
 */
export function virtualDomains(text: string): readonly ClusterGuest[] | undefined {
  try {
    const { root } = parseXml(text, { file: 'cib.xml' });
    if (root.name !== 'cib') return undefined;
    return primitivesIn(root)
      .filter(primitive => attribute(primitive, 'type') === 'VirtualDomain')
      .flatMap(primitive => {
        const config = children(primitive, 'instance_attributes')
          .flatMap(set => children(set, 'nvpair'))
          .find(pair => attribute(pair, 'name') === 'config');
        const path = config && attribute(config, 'value');
        return path === undefined ? [] : [{ id: attribute(primitive, 'id') ?? '', config: path }];
      });
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

/** Primitives stand in resources, in groups and clones of them. */
function primitivesIn(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const waiting = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (element.name === 'primitive') found.push(element);
    else for (const inner of element.children) waiting.push(inner);
  }
  return found;
}
