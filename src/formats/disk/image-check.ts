/** What an examination of an image's metadata came to. The counts are those of `qemu-img check --output=json` (qapi/block-core.json, ImageCheck). */
export interface ImageCheck {
  /** Errors that kept parts from being examined. */
  readonly checkErrors: number;
  /** Clusters that are counted as used, and are not. They take room and harm nothing. */
  readonly leaks: number;
  /** Damage to what the image says of itself. */
  readonly corruptions: number;
  /** First byte after the last cluster in use. */
  readonly imageEndOffset?: number;
  readonly totalClusters?: number;
  readonly allocatedClusters?: number;
  /** Clusters that do not stand right after the one before. */
  readonly fragmentedClusters?: number;
  readonly compressedClusters?: number;
  /** What is wrong, in the order of the file, at most the first 1,000; the counts above tell of all. */
  readonly damages: readonly Damage[];
}

/** One fault that an examination found. */
export interface Damage {
  /** Its class. */
  readonly kind:
    | 'leak'
    | 'refcount'
    | 'overlap'
    | 'out-of-range'
    | 'misaligned'
    | 'reserved-bits'
    | 'copied-flag'
    | 'compressed'
    | 'bitmap'
    | 'snapshot'
    | 'unreadable';
  /** In a sentence for a person, without the place. */
  readonly says: string;
  /** Byte of the file. */
  readonly at: number;
  /** Stretches of the guest's disk that are hit. None: it cannot be told, or it concerns no data. */
  readonly guest?: readonly { readonly start: number; readonly length: number }[];
}
