import type { XmlDocument } from '#formats/xml/xml-document';

/** Which document of libvirt a root element opens; names as on https://libvirt.org/format.html. */
const kinds = {
  domain: 'domain',
  capabilities: 'capabilities',
  domainCapabilities: 'domain-capabilities',
  network: 'network',
  networkport: 'network-port',
  pool: 'storage-pool',
  storagepoolCapabilities: 'storage-pool-capabilities',
  volume: 'storage-volume',
  device: 'node-device',
  domainsnapshot: 'domain-snapshot',
  domaincheckpoint: 'domain-checkpoint',
  domainbackup: 'domain-backup',
  secret: 'secret',
  filter: 'network-filter',
  filterbinding: 'network-filter-binding',
  interface: 'interface',
  cpu: 'cpu',
  cliOutput: 'cpu-list',
  sysinfo: 'sysinfo',
  domstatus: 'domain-status',
  networkstatus: 'network-status',
  /** A whole host for libvirt's test driver (`virsh -c test:///FILE`); holds domains, networks, pools, devices. */
  node: 'test-node',
} as const;

export type XmlKind = (typeof kinds)[keyof typeof kinds] | 'unknown';

/**
 * What a document of libvirt is, by its root element's name. A domain inside a status file of /run/libvirt
 * (`domstatus`) is not a `domain` by itself.
 */
export function recognizeXml(document: XmlDocument): XmlKind {
  const { name } = document.root;
  return isKnown(name) ? kinds[name] : 'unknown';
}

function isKnown(name: string): name is keyof typeof kinds {
  return Object.hasOwn(kinds, name);
}
