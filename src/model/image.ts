import type { Bytes } from '#units/bytes';

/** A disk image and what lies behind it. */
export interface Image {
  /** Where it is: a path, `pool/volume`, or a URI without credentials. */
  readonly path: string;
  /** raw, qcow2, … */
  readonly format: string | undefined;
  /** Size that the guest sees. */
  readonly virtualSize: Bytes | undefined;
  /** Room taken on the host now. */
  readonly allocated: Bytes | undefined;
  /** cluster-size of qcow2. */
  readonly clusterSize: Bytes | undefined;
  readonly isEncrypted: boolean | undefined;
  /** How it is encrypted: luks; aes of old qcow2 images. Undefined where it is not, or nobody looked. */
  readonly encryption: string | undefined;
  /** Whether the image is marked dirty or corrupt. */
  readonly isDirty: boolean | undefined;
  readonly isCorrupt: boolean | undefined;
  readonly compatibility: string | undefined;
  readonly lazyRefcounts: boolean | undefined;
  readonly extendedL2: boolean | undefined;
  readonly compression: string | undefined;
  readonly snapshots: number | undefined;
  /** The layers below, nearest first; undefined where nobody looked. */
  readonly backing: readonly Image[] | undefined;
  /** Where the layer below is looked for: a path, or a URI without credentials; undefined where there is none. */
  readonly backingPath: string | undefined;
  /** Format of the layer below as recorded in this one. */
  readonly backingFormat: string | undefined;
}

/** A libvirt storage pool. */
export interface StoragePool {
  readonly name: string;
  readonly uuid: string | undefined;
  /** dir, fs, netfs, logical, rbd … */
  readonly type: string;
  readonly isActive: boolean;
  readonly capacity: Bytes | undefined;
  readonly allocation: Bytes | undefined;
  readonly available: Bytes | undefined;
  /** target/path. */
  readonly path: string | undefined;
}
