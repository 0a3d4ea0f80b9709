/** What `qemu-img info --output=json` says of an image alone, in its names (qapi/block-core.json, ImageInfo), without what its file system says. */
export interface ImageInfo {
  readonly 'virtual-size': number;
  readonly 'cluster-size'?: number;
  /** Undefined where QEMU prints none; false also of formats that know no such mark. */
  readonly 'dirty-flag'?: boolean;
  readonly encrypted?: boolean;
  readonly compressed?: boolean;
  readonly 'backing-filename'?: string;
  readonly 'backing-filename-format'?: string;
  readonly snapshots?: readonly SnapshotInfo[];
  readonly 'format-specific'?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

/** An internal snapshot, in QEMU's names. */
export interface SnapshotInfo {
  readonly id: string;
  readonly name: string;
  readonly 'vm-state-size': number;
  readonly 'date-sec': number;
  readonly 'date-nsec': number;
  readonly 'vm-clock-sec': number;
  readonly 'vm-clock-nsec': number;
  readonly icount?: number;
}
