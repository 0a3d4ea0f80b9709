/** What must be looked at to tell in which state a change's knobs are. */
export type Look =
  | { readonly look: 'file'; readonly path: string }
  /** Names in a folder; of each file that is wanted the text is a look of its own. */
  | { readonly look: 'folder'; readonly path: string }
  | { readonly look: 'unit'; readonly name: string }
  | { readonly look: 'guest'; readonly guest: string; readonly half: GuestHalf }
  /** By what a large file is told from another, without its bytes. */
  | { readonly look: 'stamp'; readonly path: string }
  /** Who works with a disk image. */
  | { readonly look: 'image-use'; readonly path: string };

/** The definition that is stored for the next start, or the one that runs. */
export type GuestHalf = 'stored' | 'running';

/** By what a large file is told from another: any writing changes it. */
export interface FileStamp {
  readonly inode: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written to, in nanoseconds since 1970; a number too large for JSON's. */
  readonly modified: string;
}

/** Who works with a disk image on this host. */
export interface ImageUse {
  /** What has it open, or attached; in words. */
  readonly users: readonly string[];
  /** Those of them that may write to it. */
  readonly writers: readonly string[];
  /** Images, in its folder and in storage pools, that have it for their backing file. */
  readonly overlays: readonly string[];
}

/** State of a systemd unit. */
export interface ObservedUnit {
  readonly isInstalled: boolean;
  readonly isMasked: boolean;
  readonly isEnabled: boolean;
  readonly isActive: boolean;
}

/** A machine as it was seen at one instant. All throw TypeError when asked for what was not looked at: that is a fault of the kind. */
export interface Observed {
  /** Text of a file; undefined: it is not there. */
  file(path: string): string | undefined;
  /** Sorted names; undefined: there is no such folder. */
  folder(path: string): readonly string[] | undefined;
  unit(name: string): ObservedUnit;
  /** Domain XML; undefined: no such guest, or it has no such half. The stored half comes with its secrets. */
  guest(name: string, half: GuestHalf): string | undefined;
  /** Of a regular file, links not followed; undefined: it is not there. */
  stamp(path: string): FileStamp | undefined;
  imageUse(path: string): ImageUse;
}
