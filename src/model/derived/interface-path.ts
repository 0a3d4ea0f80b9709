import type { DomainConfig } from '#model/domain-config';
import type { NetworkInterface } from '#model/domain-devices';
import { valueIfKnown } from '#model/known';

/** Gives the path of an interface in its domain XML: by its MAC address, which libvirt gives to every one that it stores, else by its place. */
export function interfacePath(nic: NetworkInterface, { nics }: DomainConfig): string {
  if (nic.mac !== undefined) return `devices/interface[mac/@address='${nic.mac}']`;
  return `devices/interface[${(valueIfKnown(nics) ?? []).indexOf(nic) + 1}]`;
}
