/** What came of looking at a path. `absent`: looked, and it is not there. `not-captured`: this place does not hold it, the machine may. */
export type FileResult<T> =
  | { readonly outcome: 'ok'; readonly value: T }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'denied'; readonly reason: string }
  | { readonly outcome: 'not-captured'; readonly reason: string };

/**
 * A tree of files laid out like the root of a machine: the local one, a folder, a bundle. Paths are absolute as on that machine and
 * never leave the tree. Reading is synchronous: files of /proc and /sys answer at once, bundles are in memory.
 */
export interface FileTree {
  /** Text of a file, as UTF-8; what is over 8 MiB is cut there. */
  read(path: string): FileResult<string>;
  /** Names in a folder, sorted. */
  list(path: string): FileResult<readonly string[]>;
  /** Where a symbolic link points, as written in it; a path that is no link is absent. */
  link(path: string): FileResult<string>;
  /** Room in the file system that holds a path, in bytes. */
  room(path: string): FileResult<Room>;
}

/** statfs, in bytes. */
export interface Room {
  readonly size: number;
  /** Free for unprivileged users. */
  readonly free: number;
}
