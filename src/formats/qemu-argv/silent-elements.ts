import { qemuNamespace } from '#formats/domain-xml/qemu-arguments';
import type { TiedArgument } from '#formats/qemu-argv/tied-argument';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child, childAttribute, children, localName, namespaceOf } from '#formats/xml/xml-tree';

/**
 * Gives devices of the domain XML from which no argument comes although they should have one: this libvirt does not know them, or drops
 * them in silence, such as `commandline` under another namespace than QEMU's.
 */
export function silentElements(tied: readonly TiedArgument[], domain: XmlElement): readonly XmlElement[] {
  const spoken = new Set<XmlElement>();
  for (const { ties } of tied)
    for (const { element } of ties)
      for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) spoken.add(at);
  const devices = child(domain, 'devices');
  const silent = (devices?.children ?? []).filter(element => !spoken.has(element) && !isQuiet(element));
  const stray = domain.children.filter(
    element => localName(element) === 'commandline' && namespaceOf(element) !== qemuNamespace,
  );
  return [...silent, ...stray];
}

/** What stands in the XML and needs no argument: parts of the machine itself, what is switched off, the twin of a serial port. */
function isQuiet(element: XmlElement): boolean {
  const type = attribute(element, 'type');
  const model = attribute(element, 'model') ?? childAttribute(element, 'model', 'type');
  if (model === 'none' || type === 'none') return true;
  switch (element.name) {
    case 'emulator':
    case 'lease':
      return true;
    case 'controller':
      return (
        (type === 'pci' && /^pcie?-root$/.test(model ?? '')) ||
        (['ide', 'sata', 'fdc', 'pci', 'isa', 'xenbus'].includes(type ?? '') &&
          (attribute(element, 'index') ?? '0') === '0')
      );
    case 'input':
      return ['ps2', 'xen'].includes(attribute(element, 'bus') ?? 'ps2');
    case 'console':
      return element.parent !== undefined && children(element.parent, 'serial').length > 0;
    case 'panic':
      return ['hyperv', 'pseries', 's390'].includes(model ?? '');
    case 'watchdog':
      return model === 'itco';
    case 'audio':
      return true;
    default:
      return false;
  }
}
