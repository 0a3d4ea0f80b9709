import type { ImageCheck } from '#formats/disk/image-check';
import type { ImageInfo } from '#formats/disk/image-info';
import type { ByteSource } from '#units/byte-source';

/** A format of disk images. */
export interface ImageFormat {
  /** QEMU's name of the driver: qcow2, vpc. */
  readonly name: string;
  /**
   * Takes the first bytes of a file (2 KiB, or all), its size and its name; gives how sure it is that they are of this format: 0 not at all, 100
   * certain; the scale of QEMU's own probing.
   */
  readonly probe: (head: Uint8Array, size: number, name: string) => number;
  /** Opens an image. Throws ImageFault. What it reads now is bounded; tables are read as they are asked for. */
  readonly open: (file: ByteSource, neighbours: Neighbours) => OpenImage;
}

/** Files that an image consists of beside its own. */
export interface Neighbours {
  /** Opens a file by the name that the image gives it, relative to the image. Throws ImageFault: missing-file, refused-file. */
  readonly open: (name: string) => ByteSource;
  /** Gives the path of a file that the image names so, as it is opened; without a name that of the image itself. Throws ImageFault. */
  readonly pathOf: (name?: string) => string;
}

/** An image that is open. It holds what its metadata says of this layer alone. */
export interface OpenImage {
  /** QEMU's name of the format. */
  readonly format: string;
  /** Size that the guest sees, in bytes. */
  readonly virtualSize: number;
  /** What `qemu-img info` says of it, in its names. Throws ImageFault where a part that only this needs is damaged: snapshots, bitmaps. */
  readonly info: ImageInfo;
  /** Its mark says that it was not closed in good order, which QEMU says of this format nowhere: QED. */
  readonly isUnclosed?: boolean;
  /** The layer below, as recorded. */
  readonly backing: BackingReference | undefined;
  /**
   * Gives what stands at byte `at` of the guest's disk, from there on: as far as one look at the metadata tells, at least one byte, never beyond
   * the virtual size. Throws ImageFault where the metadata is damaged.
   */
  readonly extentAt: (at: number) => Extent;
  /** Fills a target with what the guest sees `skip` bytes into an extent of kind data. Throws ImageFault: cut-short; unsupported where it is encrypted. */
  readonly readExtent: (extent: DataExtent, skip: number, target: Uint8Array) => void;
  /** Examines all metadata. Absent: QEMU knows no check of this format. Throws ImageFault where so little can be read that nothing can be said. */
  readonly check?: (tell?: (done: number) => void) => ImageCheck;
}

/** The layer below, as an image records it. */
export interface BackingReference {
  /** As it stands in the image: a path, relative to the image unless absolute; a `json:` description; a URI. */
  readonly name: string;
  /** The format recorded with it. */
  readonly format: string | undefined;
}

/** A stretch of the guest's disk that is of one kind. */
export type Extent = DataExtent | EmptyExtent;

/** A stretch that has data in this layer. */
export interface DataExtent {
  readonly kind: 'data';
  /** Byte of the guest's disk. */
  readonly start: number;
  readonly length: number;
  /** Byte of the file at which it stands, one after the other; undefined where it is compressed or encrypted. */
  readonly offset: number | undefined;
  /** The file that holds it, where it is not the image's own. */
  readonly file?: ByteSource;
  readonly isCompressed?: boolean;
  readonly isEncrypted?: boolean;
}

/** A stretch without data of its own: it reads as zeroes, or as what the layer below has. */
export interface EmptyExtent {
  readonly kind: 'zero' | 'unallocated';
  readonly start: number;
  readonly length: number;
  /** Of zeroes, and of subclusters without data in a cluster that is there: byte of the file that is kept for it. */
  readonly offset?: number;
}
