import type { FileTree } from '#transport/file-tree';

/** A tree of files that can be changed. Paths are absolute as on that machine, links are followed as that machine would, and none leaves the tree. */
export interface WritableTree extends FileTree {
  /** Bytes and rights of a regular file; undefined: it is not there. Throws as Node's fs does. */
  load(path: string): StoredFile | undefined;
  /**
   * Replaces a file, or makes it, its missing folders too: written beside it, synced, renamed, the folder synced, so that after a crash it
   * is the one or the other. Rights and owner of a file that was there stay, unless `rights` says otherwise; SELinux labels too.
   * Throws as Node's fs does; then the file is as it was.
   */
  store(path: string, bytes: Uint8Array, rights?: Partial<FileRights>): void;
  /** Takes away what a `store` of this path that was broken off (a crash, a full disk) left beside it. */
  tidy(path: string): void;
  /** Takes a file away; one that is not there is no error. */
  remove(path: string): void;
  /** Takes a folder away where it is empty. */
  removeFolder(path: string): void;
  /** Whether we have the rights to replace or make a file, or to write to a knob; missing folders are made, so it is asked of the nearest one. */
  mayWrite(path: string): boolean;
  /** Writes to a file of /proc or /sys in one write. Throws as Node's fs does: the kernel refuses by EINVAL, EBUSY, EPERM … */
  writeKnob(path: string, text: string): void;
}

/** A file as it is stored. */
export interface StoredFile extends FileRights {
  readonly bytes: Uint8Array;
}

/** Who may do what with a file. */
export interface FileRights {
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}
