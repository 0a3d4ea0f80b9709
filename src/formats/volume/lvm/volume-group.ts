/** A volume group of LVM2, as its metadata describes it. */
export interface VolumeGroup {
  readonly name: string;
  /** In LVM's letters, with hyphens. */
  readonly uuid: string;
  /** Counts up with each change. */
  readonly sequence: number;
  /** Bytes. */
  readonly extentSize: number;
  readonly physical: readonly PhysicalVolume[];
  readonly logical: readonly LogicalVolume[];
  /** Of all its physical volumes, in bytes, and what of it no volume has. */
  readonly size: number;
  readonly free: number;
  readonly tags: readonly string[];
}

/** A device of a group. */
export interface PhysicalVolume {
  /** Its name in the metadata: pv0. */
  readonly name: string;
  readonly uuid: string;
  /** Where it was when the group was last changed. */
  readonly device: string | undefined;
  /** Byte of the device at which its first extent begins. */
  readonly start: number;
  readonly extents: number;
  readonly isMissing: boolean;
}

/** A volume of a group. */
export interface LogicalVolume {
  readonly name: string;
  readonly uuid: string;
  /** Others are parts of visible ones. */
  readonly isVisible: boolean;
  /** Bytes. */
  readonly size: number;
  readonly segments: readonly Segment[];
  readonly tags: readonly string[];
}

/** A stretch of a volume that is of one kind. */
export interface Segment {
  /** First extent of the volume, and how many. */
  readonly start: number;
  readonly count: number;
  /** LVM's name: striped (also of linear ones), raid1, thin, cache … */
  readonly type: string;
  /** Bytes of a stripe before the next area's turn comes; 0 of a linear one. */
  readonly stripeSize: number;
  /** What it is made of, in turn: a device or another volume, from an extent on. Empty of kinds that are made in another way. */
  readonly areas: readonly { readonly name: string; readonly extent: number }[];
}
