import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child } from '#formats/xml/xml-tree';

/** What a status file of libvirt says of a running guest. */
export interface DomainStatus {
  /** The word libvirt writes: `running`, `paused`. */
  readonly state: string | undefined;
  /** Process of the guest. */
  readonly pid: number | undefined;
  /** The definition that it runs with. */
  readonly domain: XmlElement;
}

/**
 * Takes the root of a status file (/run/libvirt/qemu/NAME.xml, `<domstatus state= pid=>` around the domain: what the daemon needs to find
 * its guests again when it restarts; libvirt src/conf/domain_conf.c). Gives undefined for another document.
 */
export function parseDomainStatus(root: XmlElement): DomainStatus | undefined {
  const domain = root.name === 'domstatus' ? child(root, 'domain') : undefined;
  if (domain === undefined) return undefined;
  const pid = attribute(root, 'pid') ?? '';
  return {
    state: attribute(root, 'state'),
    pid: /^[1-9]\d{0,9}$/.test(pid) ? Number(pid) : undefined,
    domain,
  };
}
