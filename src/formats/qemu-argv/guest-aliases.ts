import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child, childAttribute, children } from '#formats/xml/xml-tree';

/**
 * Gives the elements of a domain by the alias that libvirt gives each device, which is its id on QEMU's command line. An alias that
 * stands in the XML (of a running guest, or one of the user's, `ua-…`) counts; else it is worked out as libvirt does
 * (qemu_alias.c: kind and number in order, disks by address or target, controllers by index).
 */
export function guestAliases(domain: XmlElement): ReadonlyMap<string, XmlElement> {
  const aliases = new Map<string, XmlElement>();
  const add = (alias: string, element: XmlElement): void => {
    if (!aliases.has(alias)) aliases.set(alias, element);
  };
  const devices = child(domain, 'devices');
  if (devices === undefined) return aliases;
  const counts = new Map<string, number>();
  for (const element of devices.children) {
    const written = childAttribute(element, 'alias', 'name');
    const worked = element.name === 'disk' ? diskAliases(element) : [workedOut(element, counts)];
    // what is built from a definition has libvirt's own aliases, also where the user gave one
    const isOwn = written !== undefined && !written.startsWith('ua-');
    for (const alias of isOwn ? [written] : [written, ...worked]) if (alias !== undefined) add(alias, element);
  }
  // the first console stands for the first serial port, which libvirt adds where there is none
  const [console] = children(devices, 'console');
  if (console !== undefined && ['serial', undefined].includes(childAttribute(console, 'target', 'type')))
    add('serial0', console);
  return aliases;
}

/** Kinds whose alias is a name and a number in order. */
const counted: Readonly<Record<string, string>> = {
  interface: 'net',
  filesystem: 'fs',
  input: 'input',
  sound: 'sound',
  video: 'video',
  hub: 'hub',
  serial: 'serial',
  parallel: 'parallel',
  channel: 'channel',
  console: 'console',
  redirdev: 'redir',
  smartcard: 'smartcard',
  shmem: 'shmem',
  watchdog: 'watchdog',
  memballoon: 'balloon',
  rng: 'rng',
  tpm: 'tpm',
  crypto: 'crypto',
  hostdev: 'hostdev',
  panic: 'panic',
};

/** Kinds of which there is one. */
const single: Readonly<Record<string, string>> = { vsock: 'vsock0', iommu: 'iommu0', nvram: 'nvram' };

const memoryNames: Readonly<Record<string, string>> = {
  dimm: 'dimm',
  nvdimm: 'nvdimm',
  'virtio-mem': 'virtiomem',
  'virtio-pmem': 'virtiopmem',
  'sgx-epc': 'epc',
};

function workedOut(element: XmlElement, counts: Map<string, number>): string | undefined {
  const next = (name: string): string => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name}${count}`;
  };
  switch (element.name) {
    case 'controller':
      return controllerAlias(element);
    case 'audio':
      return `audio${attribute(element, 'id') ?? '1'}`;
    case 'interface':
      return next(attribute(element, 'type') === 'hostdev' ? 'hostdev' : 'net');
    case 'memory': {
      const name = memoryNames[attribute(element, 'model') ?? ''];
      if (name === undefined) return undefined;
      // libvirt numbers DIMMs by their slot where they have one
      const slot = name.endsWith('dimm') ? childAttribute(element, 'address', 'slot') : undefined;
      return slot === undefined ? next(name) : `${name}${slot}`;
    }
    default:
      return single[element.name] ?? nextOf(counted[element.name], next);
  }
}

const nextOf = (name: string | undefined, next: (name: string) => string): string | undefined =>
  name === undefined ? undefined : next(name);

/** How many disks libvirt puts on a controller of its own, bus by bus; domain_postparse: virDomainDiskDefAssignAddress. */
const perController: Readonly<Record<string, number>> = { ide: 4, scsi: 7, sata: 6, fdc: 2 };

/** Of a SCSI disk there are two: adapters other than LSI's have targets. */
function diskAliases(disk: XmlElement): readonly string[] {
  const target = childAttribute(disk, 'target', 'dev') ?? '';
  const bus = childAttribute(disk, 'target', 'bus') ?? busOf(target, attribute(disk, 'device'));
  const index = diskIndex(target);
  const most = perController[bus];
  if (most === undefined) return index === undefined ? [] : [`${bus}-disk${index}`];
  const address = child(disk, 'address');
  const named = (controller: number | string, at: number | string, to: number | string, unit: number | string) =>
    bus === 'scsi'
      ? [`scsi${controller}-${at}-${to}-${unit}`, `scsi${controller}-${at}-${unit}`]
      : [`${bus}${controller}-${at}-${unit}`];
  if (address !== undefined && attribute(address, 'type') === 'drive') {
    const part = (name: string): string => attribute(address, name) ?? '0';
    return named(part('controller'), part('bus'), part('target'), part('unit'));
  }
  if (index === undefined) return [];
  const unit = index % most;
  const onBus = bus === 'ide' ? Math.floor(unit / 2) : 0;
  return named(Math.floor(index / most), onBus, 0, bus === 'ide' ? unit % 2 : unit);
}

/** libvirt guesses the bus by the name of the target. */
function busOf(target: string, device: string | undefined): string {
  if (device === 'floppy' || target.startsWith('fd')) return 'fdc';
  if (target.startsWith('vd')) return 'virtio';
  if (target.startsWith('sd')) return 'scsi';
  return target.startsWith('xvd') ? 'xen' : 'ide';
}

/** `vda` → 0, `sdz` → 25, `sdaa` → 26. */
export function diskIndex(target: string): number | undefined {
  const letters = /^(?:xvd|[fhsv]d|ubd)([a-z]{1,4})/.exec(target)?.[1];
  if (letters === undefined) return undefined;
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 96;
  return index - 1;
}

function controllerAlias(controller: XmlElement): string | undefined {
  const type = attribute(controller, 'type');
  const index = attribute(controller, 'index') ?? '0';
  switch (type) {
    case 'pci':
      return index === '0' ? 'pci.0' : `pci.${index}`;
    case 'usb':
      return index === '0' ? 'usb' : `usb${index}`;
    case 'ide':
    case 'fdc':
    case 'sata':
    case 'scsi':
    case 'virtio-serial':
    case 'ccid':
      return `${type}${index}`;
    default:
      return undefined;
  }
}

/** The element that a device's id, or that of a part of it (`charserial0`, `hostnet0`, `memdimm0`, `sound0-codec0`), belongs to. */
export function elementOfId(aliases: ReadonlyMap<string, XmlElement>, id: string): XmlElement | undefined {
  const exact = aliases.get(id) ?? aliases.get(`${id}0`);
  if (exact !== undefined) return exact;
  for (const [pattern, replacement] of partIds) {
    if (!pattern.test(id)) continue;
    const found = aliases.get(id.replace(pattern, replacement));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How ids of a device's parts are made of its alias; qemu_alias.c. */
const partIds: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^drive-/, ''],
  [/^hostnet/, 'net'],
  [/^host(?=net)/, ''],
  [/^fsdev-/, ''],
  [/^char(?=ua-)/, ''],
  [/^char/, ''],
  [/^chr-vu-/, ''],
  [/^chrtpm$/, 'tpm0'],
  [/^chr/, ''],
  [/^obj(.*)_tls\d+$/, '$1'],
  [/^objchar(.*)_tls\d+$/, '$1'],
  [/^objchar/, ''],
  [/^obj/, ''],
  [/^mem/, ''],
  [/^shmmem-/, ''],
  [/^tpm-/, ''],
  [/^throttle-(?:drive-)?/, ''],
  [/^pr-helper-?/, ''],
  [/^vu-/, ''],
  [/^tc-mem/, ''],
  [/^vhost(?:user)?-?/, ''],
  [/-(?:codec|secret|acl|ovs)\d*$/, ''],
  [/-(?:secret|encryption-secret|auth-secret|luks-secret)\d*$/, ''],
  [/^(ide|sata)(\d+)\.\d+$/, '$1$2'],
];
