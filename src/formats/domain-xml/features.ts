import { onOff } from '#formats/domain-xml/domain-values';
import { count, word } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child } from '#formats/xml/xml-tree';
import type { Features } from '#model/domain-resources';

/** features of a domain XML; libvirt's formatdomain, “Hypervisor features”. */
export function features(element: XmlElement): Features {
  const kvm = child(element, 'kvm');
  const smm = child(element, 'smm');
  const hyperv = child(element, 'hyperv');
  return {
    names: element.children.map(feature => feature.name),
    acpi: child(element, 'acpi') !== undefined,
    apic: child(element, 'apic') !== undefined,
    pae: child(element, 'pae') !== undefined,
    // the one feature here that is on when its element says nothing
    smm: smm !== undefined && (onOff(smm, 'state') ?? true),
    hintDedicated: isOn(kvm && child(kvm, 'hint-dedicated')),
    kvmHidden: isOn(kvm && child(kvm, 'hidden')),
    hypervMode: hyperv && (word(hyperv, 'mode') ?? 'custom'),
    hyperv: hyperv === undefined ? [] : hyperv.children.flatMap(enlightenments),
    spinlockRetries: count(hyperv && child(hyperv, 'spinlocks'), 'retries'),
  };
}

/** `stimer`, and with its part `stimer-direct`. */
const enlightenments = (element: XmlElement): readonly string[] =>
  isOn(element) ? [element.name, ...element.children.filter(isOn).map(part => `${element.name}-${part.name}`)] : [];

const isOn = (element: XmlElement | undefined): boolean => onOff(element, 'state') ?? false;
