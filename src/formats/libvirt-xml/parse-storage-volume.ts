import { sizeIn } from '#formats/libvirt-xml/parse-storage-pool';
import { expectName, requiredWordIn, word, wordIn } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { selectFirst } from '#formats/xml/xml-path';
import { child } from '#formats/xml/xml-tree';
import type { Bytes } from '#units/bytes';

/** A volume of a libvirt storage pool; https://libvirt.org/formatstorage.html#storage-volume-xml. */
export interface StorageVolumeXml {
  readonly name: string;
  /** @type: file, block, dir, network, netdir, ploop; libvirt tells it, definitions need not. */
  readonly type: string | undefined;
  /** What names it on the host, whatever the pool: mostly the path. */
  readonly key: string | undefined;
  /** Size that a guest sees. */
  readonly capacity: Bytes | undefined;
  /** Space taken now. */
  readonly allocation: Bytes | undefined;
  /** physical: size of the file or device itself. */
  readonly physical: Bytes | undefined;
  /** target/path. */
  readonly path: string | undefined;
  /** target/format/@type: raw, qcow2 … */
  readonly format: string | undefined;
  /** target/compat: qcow2's version, `0.10` for v2, `1.1` for v3. */
  readonly compat: string | undefined;
  /** target/clusterSize of a qcow2 image. */
  readonly clusterSize: Bytes | undefined;
  /** Names of target/features: lazy_refcounts, extended_l2. */
  readonly features: readonly string[];
  /** Whether it is encrypted: target/encryption. */
  readonly isEncrypted: boolean;
  /** target/permissions/mode: octal, as text. */
  readonly mode: string | undefined;
  /** backingStore: the layer below. */
  readonly backing: { readonly path: string; readonly format: string | undefined } | undefined;
}

/**
 * Reads `<volume>` (`virsh vol-dumpxml`); formatstorage and storagevol.rng.
 *
 * @throws XmlValueError for another document, one without a name, and where a size is none
 */
export function parseStorageVolume(root: XmlElement): StorageVolumeXml {
  expectName(root, 'volume');
  const target = child(root, 'target');
  const below = child(root, 'backingStore');
  const backingPath = wordIn(below, 'path');
  return {
    name: requiredWordIn(root, 'name'),
    type: word(root, 'type'),
    key: wordIn(root, 'key'),
    capacity: sizeIn(root, 'capacity'),
    allocation: sizeIn(root, 'allocation'),
    physical: sizeIn(root, 'physical'),
    path: wordIn(target, 'path'),
    format: word(target && child(target, 'format'), 'type'),
    compat: wordIn(target, 'compat'),
    clusterSize: target && sizeIn(target, 'clusterSize'),
    features: (target && child(target, 'features'))?.children.map(({ name }) => name) ?? [],
    isEncrypted: target !== undefined && child(target, 'encryption') !== undefined,
    mode: target && wordIn(child(target, 'permissions'), 'mode'),
    backing:
      backingPath === undefined
        ? undefined
        : { path: backingPath, format: word(below && selectFirst(below, 'format'), 'type') },
  };
}
