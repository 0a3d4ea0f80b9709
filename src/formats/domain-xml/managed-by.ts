import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child, children, namespaceOf, text } from '#formats/xml/xml-tree';

/**
 * Managers that leave their own element in a domain's metadata, by a part of its namespace. nova: nova/virt/libvirt/config.py; oVirt:
 * vdsm's lib/vdsm/virt/xmlconstants.py; KubeVirt: pkg/virt-launcher/virtwrap/api; OpenNebula: vmm_exec/vmm_exec_kvm; Proxmox has no
 * libvirt of its own: the mark of a guest that was converted or wrapped.
 */
const byNamespace: readonly (readonly [string, string])[] = [
  ['openstack.org/xmlns/libvirt/nova', 'OpenStack'],
  ['ovirt.org/vm', 'oVirt'],
  ['kubevirt.io', 'KubeVirt'],
  ['harvesterhci.io', 'Harvester'],
  ['opennebula.org/xmlns/libvirt', 'OpenNebula'],
  ['proxmox.com', 'Proxmox'],
];

/** Managers that call themselves manufacturer or product of the guest's hardware: sysinfo/system/entry. */
const byManufacturer: readonly (readonly [RegExp, string])[] = [
  [/^OpenStack/, 'OpenStack'],
  [/^(?:oVirt|RHEV)/, 'oVirt'],
  [/^Harvester/, 'Harvester'],
  [/^KubeVirt/, 'KubeVirt'],
  [/^(?:Apache CloudStack|CloudStack)/, 'CloudStack'],
];

/** A manager found in a definition, and the element that names it. */
export interface ManagerFound {
  readonly name: string;
  readonly element: XmlElement;
  /** Path of the element below the domain element. */
  readonly path: string;
}

/** Gives the manager that a definition names, if any. Harvester guests are KubeVirt's: what tells them apart is the host. */
export function managerIn(domain: XmlElement): ManagerFound | undefined {
  for (const element of child(domain, 'metadata')?.children ?? []) {
    const namespace = namespaceOf(element) ?? '';
    const found = byNamespace.find(([part]) => namespace.includes(part));
    if (found !== undefined) return { name: found[1], element, path: `metadata/${element.name}` };
  }
  const sysinfo = child(domain, 'sysinfo');
  const system = sysinfo && child(sysinfo, 'system');
  for (const element of system === undefined ? [] : children(system, 'entry')) {
    const entry = attribute(element, 'name') ?? '';
    if (!['manufacturer', 'product', 'family'].includes(entry)) continue;
    const found = byManufacturer.find(([pattern]) => pattern.test(text(element)));
    if (found !== undefined) return { name: found[1], element, path: `sysinfo/system/entry[@name='${entry}']` };
  }
  return undefined;
}
