import {
  count,
  countIn,
  countOf,
  expectName,
  requiredWord,
  requiredWordIn,
  word,
  wordIn,
  XmlValueError,
} from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select, selectFirst } from '#formats/xml/xml-path';
import { attribute, child, children } from '#formats/xml/xml-tree';

/** A device of the host as libvirt sees it; https://libvirt.org/formatnode.html. */
export interface NodeDeviceXml {
  /** libvirt's name: `pci_0000_05_00_1`. */
  readonly name: string;
  /** /sys path. */
  readonly path: string | undefined;
  readonly parent: string | undefined;
  /** Kernel driver bound to it. */
  readonly driver: string | undefined;
  /** All its capability/@type, nested ones too, in order: `pci`, `virt_functions`, `net`, `80203`, `mdev_types` … */
  readonly kinds: readonly string[];
  /** Of a PCI device. */
  readonly pci: PciNodeDevice | undefined;
  /** Of a network interface: net. */
  readonly net: NetNodeDevice | undefined;
}

/** capability[@type='pci'] */
export interface PciNodeDevice {
  /** `0000:05:00.1` */
  readonly address: string;
  /** product/@id, vendor/@id as hexadecimal text with 0x. */
  readonly productId: string | undefined;
  readonly vendorId: string | undefined;
  readonly product: string | undefined;
  readonly vendor: string | undefined;
  /** `0x030000`: class code. */
  readonly class: string | undefined;
  /** NUMA node; undefined where the platform tells none. */
  readonly node: number | undefined;
  readonly iommuGroup: { readonly number: number; readonly addresses: readonly string[] } | undefined;
  /** Addresses of its SR-IOV virtual functions, and how many it could have. */
  readonly virtualFunctions: readonly string[];
  readonly maxVirtualFunctions: number | undefined;
  /** Address of the physical function that it is a virtual function of. */
  readonly physicalFunction: string | undefined;
  /** Mediated device types: id and how many more can be made. */
  readonly mediatedTypes: readonly { readonly id: string; readonly available: number | undefined }[];
  /** pci-express/link: what the device could and what it runs at. */
  readonly link: { readonly best: PciLink | undefined; readonly now: PciLink | undefined } | undefined;
}

/** A PCI Express link. */
export interface PciLink {
  /** GT/s per lane; undefined where not told. */
  readonly gigatransfers: number | undefined;
  readonly lanes: number | undefined;
}

/** capability[@type='net'] */
export interface NetNodeDevice {
  readonly interface: string;
  readonly mac: string | undefined;
  /** link/@state: up, down … */
  readonly state: string | undefined;
  /** link/@speed in Mbit/s. */
  readonly megabitsPerSecond: number | undefined;
}

/**
 * Reads `<device>` (`virsh nodedev-dumpxml`); formatnode and nodedev.rng.
 *
 * @throws XmlValueError for another document, one without a name, and where a number is none
 */
export function parseNodeDevice(root: XmlElement): NodeDeviceXml {
  expectName(root, 'device');
  const pci = selectFirst(root, "capability[@type='pci']");
  const net = selectFirst(root, "capability[@type='net']");
  return {
    name: requiredWordIn(root, 'name'),
    path: wordIn(root, 'path'),
    parent: wordIn(root, 'parent'),
    driver: wordIn(child(root, 'driver'), 'name'),
    kinds: kindsOf(root),
    pci: pci && pciOf(pci),
    net: net && netOf(net),
  };
}

/** Capabilities nest at most as deep as the document. */
function kindsOf(element: XmlElement): readonly string[] {
  return children(element, 'capability').flatMap(found => [requiredWord(found, 'type'), ...kindsOf(found)]);
}

function pciOf(pci: XmlElement): PciNodeDevice {
  const group = child(pci, 'iommuGroup');
  const functions = selectFirst(pci, "capability[@type='virt_functions']");
  const links = select(pci, 'pci-express/link');
  const linkOf = (validity: string) => {
    const link = links.find(candidate => attribute(candidate, 'validity') === validity);
    return link && { gigatransfers: decimal(link, 'speed'), lanes: count(link, 'width') };
  };
  const physical = selectFirst(pci, "capability[@type='phys_function']/address");
  return {
    address: printAddress(['domain', 'bus', 'slot', 'function'].map(part => countIn(pci, part) ?? 0)),
    productId: word(child(pci, 'product'), 'id'),
    vendorId: word(child(pci, 'vendor'), 'id'),
    product: wordIn(pci, 'product'),
    vendor: wordIn(pci, 'vendor'),
    class: wordIn(pci, 'class'),
    node: count(child(pci, 'numa'), 'node'),
    iommuGroup: group && {
      number: count(group, 'number') ?? countOf(group),
      addresses: children(group, 'address').map(addressOf),
    },
    virtualFunctions: functions ? children(functions, 'address').map(addressOf) : [],
    maxVirtualFunctions: count(functions, 'maxCount'),
    physicalFunction: physical && addressOf(physical),
    mediatedTypes: select(pci, "capability[@type='mdev_types']/type").map(type => ({
      id: requiredWord(type, 'id'),
      available: countIn(type, 'availableInstances'),
    })),
    link: links.length === 0 ? undefined : { best: linkOf('cap'), now: linkOf('sta') },
  };
}

function netOf(net: XmlElement): NetNodeDevice {
  const link = child(net, 'link');
  return {
    interface: requiredWordIn(net, 'interface'),
    mac: wordIn(net, 'address'),
    state: word(link, 'state'),
    megabitsPerSecond: count(link, 'speed'),
  };
}

/** `<address domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>` */
function addressOf(element: XmlElement): string {
  return printAddress(
    ['domain', 'bus', 'slot', 'function'].map(part => {
      const value = requiredWord(element, part);
      if (!/^(?:0x[0-9a-f]{1,8}|\d{1,9})$/i.test(value))
        throw new XmlValueError(element, `@${part}`, value, 'a number');
      return Number(value);
    }),
  );
}

function printAddress([domain = 0, bus = 0, slot = 0, fn = 0]: readonly number[]): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${hex(fn, 1)}`;
}

function decimal(element: XmlElement, name: string): number | undefined {
  const value = word(element, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(value)) throw new XmlValueError(element, `@${name}`, value, 'a decimal number');
  return Number(value);
}
