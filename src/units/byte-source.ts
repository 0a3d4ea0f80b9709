/** Bytes that can be read at any place: a file, a block device, what a guest sees of its disk. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * Copies what stands from byte `at` on into a target; gives how many bytes: fewer than the target holds only where the source ends. Throws
   * what keeps it from being read, in words.
   */
  readonly readInto: (target: Uint8Array, at: number) => number;
}
