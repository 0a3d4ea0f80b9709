import type { FileStat } from '#formats/filesystem/browsed-file-system';

/** A name in a folder, and the number of what it names. */
export interface NodeEntry {
  readonly name: string;
  readonly node: bigint;
}

/** A tree of files that is only read, each with a number of 64 bits that stays. Every method throws ImageFault where what it reads is damaged. */
export interface FileNodes {
  /** Bytes of all its file systems. */
  readonly size: number;
  /** The root folder is number 1, under which FUSE knows it. */
  readonly stat: (node: bigint) => FileStat;
  /** Gives what a folder holds, without `.` and `..`. */
  readonly entries: (folder: bigint) => readonly NodeEntry[];
  /** Fills a target with what stands in a file from byte `at` on; gives how many bytes. */
  readonly readInto: (file: bigint, target: Uint8Array, at: number) => number;
  readonly readLink: (link: bigint) => string;
}
