import { storageSizeIn } from '#formats/libvirt-xml/parse-scaled-size';
import { expectName, requiredWord, requiredWordIn, sizeOf, word, wordIn } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { child } from '#formats/xml/xml-tree';
import type { Bytes } from '#units/bytes';

/** A libvirt storage pool; https://libvirt.org/formatstorage.html. How one logs in to its source is left out. */
export interface StoragePoolXml {
  readonly name: string;
  readonly uuid: string | undefined;
  /** dir, fs, netfs, logical, disk, iscsi, iscsi-direct, scsi, mpath, rbd, sheepdog, gluster, zfs, vstorage. */
  readonly type: string;
  /** Sizes as of when libvirt last refreshed the pool; 0 or missing for an inactive one. */
  readonly capacity: Bytes | undefined;
  readonly allocation: Bytes | undefined;
  readonly available: Bytes | undefined;
  /** target/path: where the volumes appear. */
  readonly targetPath: string | undefined;
  readonly source: StoragePoolSource;
}

/** Where a pool's storage comes from: <source>. */
export interface StoragePoolSource {
  /** host/@name: servers of a network pool. */
  readonly hosts: readonly string[];
  /** device/@path: disks, partitions or an iSCSI target. */
  readonly devices: readonly string[];
  /** dir/@path: exported or mounted folder. */
  readonly directory: string | undefined;
  /** source/name: volume group, Ceph or Gluster pool. */
  readonly name: string | undefined;
  /** format/@type: file system, partition table or lvm2. */
  readonly format: string | undefined;
  /** adapter/@name of a SCSI pool, or its parent or WWN. */
  readonly adapter: string | undefined;
}

/**
 * Reads `<pool>` (`virsh pool-dumpxml`); formatstorage and storagepool.rng.
 *
 * @throws XmlValueError for another document, one without type or name, and where a size is none
 */
export function parseStoragePool(root: XmlElement): StoragePoolXml {
  expectName(root, 'pool');
  return {
    // libvirt names a pool without a name after its source
    name: wordIn(root, 'name') ?? requiredNameOfSource(root),
    uuid: wordIn(root, 'uuid'),
    type: requiredWord(root, 'type'),
    capacity: sizeIn(root, 'capacity'),
    allocation: sizeIn(root, 'allocation'),
    available: sizeIn(root, 'available'),
    targetPath: wordIn(child(root, 'target'), 'path'),
    source: sourceOf(child(root, 'source')),
  };
}

function requiredNameOfSource(root: XmlElement): string {
  return requiredWordIn(child(root, 'source') ?? root, 'name');
}

/** The size in a child element of a pool or volume. @throws XmlValueError where it is none */
export function sizeIn(root: XmlElement, name: string): Bytes | undefined {
  const found = child(root, name);
  return found && sizeOf(found, storageSizeIn);
}

function sourceOf(source: XmlElement | undefined): StoragePoolSource {
  const adapter = source && child(source, 'adapter');
  return {
    hosts: source ? select(source, 'host').flatMap(host => word(host, 'name') ?? []) : [],
    devices: source ? select(source, 'device').flatMap(device => word(device, 'path') ?? []) : [],
    directory: word(source && child(source, 'dir'), 'path'),
    name: wordIn(source, 'name'),
    format: word(source && child(source, 'format'), 'type'),
    adapter: word(adapter, 'name') ?? word(adapter, 'parent') ?? word(adapter, 'wwpn'),
  };
}
