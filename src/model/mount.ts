import type { Bytes } from '#units/bytes';

/** One mounted file system: a line of /proc/self/mounts. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: ReadonlyMap<string, string | true>;
}

/** One line of /etc/fstab as split by blanks, whether it is right or not. */
export interface FstabEntry {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Room in a mounted file system: statfs. */
export interface FileSystem {
  /** The path asked about. */
  readonly path: string;
  /** The mount point that holds it. */
  readonly target: string;
  readonly type: string;
  readonly size: Bytes;
  /** Free for unprivileged users. */
  readonly free: Bytes;
}
