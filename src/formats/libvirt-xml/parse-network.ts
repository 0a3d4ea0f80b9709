import { count, expectName, requiredWord, requiredWordIn, word, wordIn, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { attribute, child, children } from '#formats/xml/xml-tree';

/** A libvirt network as defined; https://libvirt.org/formatnetwork.html. */
export interface NetworkXml {
  readonly name: string;
  readonly uuid: string | undefined;
  /** How guests reach beyond the host: forward/@mode, `nat` where @mode is missing, `none` (isolated) where <forward> is. */
  readonly forwardMode: string;
  /** Host devices that traffic leaves by: forward/@dev and forward/interface/@dev, each once. */
  readonly forwardDevices: readonly string[];
  /** Physical function whose virtual functions are handed out: forward/pf/@dev. */
  readonly physicalFunction: string | undefined;
  /** bridge/@name; libvirt chooses one at definition where it is missing. */
  readonly bridge: string | undefined;
  /** bridge/@stp: `on` or `off`. */
  readonly stp: string | undefined;
  /** bridge/@macTableManager: `kernel` or `libvirt`. */
  readonly macTableManager: string | undefined;
  /** mtu/@size in bytes; undefined for the bridge's default. */
  readonly mtu: number | undefined;
  /** @trustGuestRxFilters. */
  readonly trustsGuestFilters: boolean | undefined;
  /** virtualport/@type: `openvswitch` … */
  readonly virtualPort: string | undefined;
  /** port/@isolated: guests may not talk to each other. */
  readonly isIsolated: boolean | undefined;
  /** vlan/tag/@id. */
  readonly vlans: readonly number[];
  readonly addresses: readonly NetworkAddress[];
  readonly portGroups: readonly PortGroup[];
  /** Whether bandwidth limits are set on the network itself. */
  readonly hasBandwidth: boolean;
}

/** An address of the host on the network: <ip>. */
export interface NetworkAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string | undefined;
  /** Length of the prefix as written, or worked out of @netmask; undefined where neither is there. */
  readonly prefix: number | undefined;
  /** Whether libvirt hands out addresses. */
  readonly hasDhcp: boolean;
}

/** A group of ports that interfaces may ask for. */
export interface PortGroup {
  readonly name: string;
  readonly isDefault: boolean;
  readonly virtualPort: string | undefined;
  readonly hasBandwidth: boolean;
}

/**
 * Reads `<network>` (`virsh net-dumpxml`); formatnetwork and network.rng.
 *
 * @throws XmlValueError for another document, one without a name, and where a number or yes/no is none
 */
export function parseNetwork(root: XmlElement): NetworkXml {
  expectName(root, 'network');
  const forward = child(root, 'forward');
  const bridge = child(root, 'bridge');
  const devices = forward ? [word(forward, 'dev'), ...children(forward, 'interface').map(at => word(at, 'dev'))] : [];
  return {
    name: requiredWordIn(root, 'name'),
    uuid: wordIn(root, 'uuid'),
    forwardMode: forward ? (word(forward, 'mode') ?? 'nat') : 'none',
    forwardDevices: [...new Set(devices.filter(device => device !== undefined))],
    physicalFunction: word(forward && child(forward, 'pf'), 'dev'),
    bridge: word(bridge, 'name'),
    stp: word(bridge, 'stp'),
    macTableManager: word(bridge, 'macTableManager'),
    mtu: count(child(root, 'mtu'), 'size'),
    trustsGuestFilters: yesNo(root, 'trustGuestRxFilters'),
    virtualPort: word(child(root, 'virtualport'), 'type'),
    isIsolated: yesNo(child(root, 'port'), 'isolated'),
    vlans: select(root, 'vlan/tag').flatMap(tag => count(tag, 'id') ?? []),
    addresses: children(root, 'ip').map(addressOf),
    portGroups: children(root, 'portgroup').map(group => ({
      name: requiredWord(group, 'name'),
      isDefault: yesNo(group, 'default') ?? false,
      virtualPort: word(child(group, 'virtualport'), 'type'),
      hasBandwidth: child(group, 'bandwidth') !== undefined,
    })),
    hasBandwidth: child(root, 'bandwidth') !== undefined,
  };
}

function addressOf(ip: XmlElement): NetworkAddress {
  const netmask = word(ip, 'netmask');
  return {
    family: attribute(ip, 'family') === 'ipv6' ? 'ipv6' : 'ipv4',
    address: word(ip, 'address'),
    prefix: count(ip, 'prefix') ?? (netmask === undefined ? undefined : prefixOf(netmask)),
    hasDhcp: child(ip, 'dhcp') !== undefined,
  };
}

/** `255.255.255.0` → 24; undefined for what is no run of ones. */
function prefixOf(netmask: string): number | undefined {
  const parts = netmask.split('.').map(Number);
  if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  const bits = parts.map(part => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}
