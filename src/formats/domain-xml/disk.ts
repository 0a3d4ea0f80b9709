import { byteSizeIn } from '#formats/domain-xml/size-values';
import { count, requiredCount, requiredWord, word, XmlValueError } from '#formats/libvirt-xml/xml-value';
import { maskSource } from '#formats/secrets/mask-source';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childAttribute, children } from '#formats/xml/xml-tree';
import type { Disk } from '#model/domain-devices';
import { type Evidence, unknown } from '#model/known';

/** More layers than any chain that works. */
const mostLayers = 200;

/** disk of a domain XML; libvirt's formatdomain, “Hard drives, floppy disks, CDROMs”. The image behind it is for others to look at. */
export function disk(element: XmlElement, at: Evidence): Disk {
  const target = child(element, 'target');
  const driver = child(element, 'driver');
  const source = child(element, 'source');
  const address = driveAddress(element);
  const type = word(element, 'type') ?? 'file';
  const device = word(element, 'device') ?? 'disk';
  if (target === undefined) throw new XmlValueError(element, '<target>', '', 'a target');
  return {
    target: requiredWord(target, 'dev'),
    at,
    device,
    type,
    source: sourceOf(source),
    protocol: type === 'network' ? word(source, 'protocol') : undefined,
    bus: word(target, 'bus'),
    format: word(driver, 'type'),
    cache: word(driver, 'cache'),
    io: word(driver, 'io'),
    discard: word(driver, 'discard'),
    detectZeroes: word(driver, 'detect_zeroes'),
    errorPolicy: word(driver, 'error_policy'),
    iothread: count(driver, 'iothread'),
    iothreads: iothreadsOf(driver),
    queues: count(driver, 'queues'),
    isReadOnly: device === 'cdrom' || child(element, 'readonly') !== undefined,
    isShareable: child(element, 'shareable') !== undefined,
    isTransient: child(element, 'transient') !== undefined,
    reservations: reservationsOf(source),
    rawio: word(element, 'rawio') === 'yes',
    sgio: word(element, 'sgio'),
    encryption: word(child(element, 'encryption') ?? (source && child(source, 'encryption')), 'format'),
    metadataCache: metadataCacheOf(driver),
    controller: count(address, 'controller'),
    unit: count(address, 'unit'),
    backing: backingOf(element),
    image: unknown('nobody looked at the image', 'check the host that holds it'),
  };
}

/** Where a disk or a layer lies: a path, or pool/volume. Network sources have no path, and their credentials stay out. */
function sourceOf(source: XmlElement | undefined): string | undefined {
  const pool = word(source, 'pool');
  const volume = word(source, 'volume');
  if (pool !== undefined && volume !== undefined) return `${pool}/${volume}`;
  const path = word(source, 'file') ?? word(source, 'dev') ?? word(source, 'dir');
  return path && maskSource(path);
}

function iothreadsOf(driver: XmlElement | undefined): readonly number[] {
  const mapped = driver && child(driver, 'iothreads');
  return mapped === undefined ? [] : children(mapped, 'iothread').map(thread => requiredCount(thread, 'id'));
}

function reservationsOf(source: XmlElement | undefined): Disk['reservations'] {
  const reservations = source && child(source, 'reservations');
  if (reservations === undefined) return undefined;
  const socket = child(reservations, 'source');
  return {
    isManaged: word(reservations, 'managed') === 'yes',
    socket: word(socket, 'path'),
    mode: word(socket, 'mode'),
  };
}

function metadataCacheOf(driver: XmlElement | undefined): Disk['metadataCache'] {
  const cache = driver && child(driver, 'metadata_cache');
  const size = cache && child(cache, 'max_size');
  return size && byteSizeIn(size);
}

function driveAddress(element: XmlElement): XmlElement | undefined {
  const address = child(element, 'address');
  return address !== undefined && word(address, 'type') === 'drive' ? address : undefined;
}

function backingOf(element: XmlElement): Disk['backing'] {
  const layers: { format: string | undefined; source: string | undefined }[] = [];
  let layer = child(element, 'backingStore');
  // an empty element says that the chain ends there
  while (layer !== undefined && layer.children.length > 0 && layers.length < mostLayers) {
    layers.push({ format: childAttribute(layer, 'format', 'type'), source: sourceOf(child(layer, 'source')) });
    layer = child(layer, 'backingStore');
  }
  return layers;
}
