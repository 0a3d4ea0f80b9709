/** A file system that is read from an image: never mounted, never written to. Every method throws ImageFault where it is damaged. */
export interface BrowsedFileSystem {
  /** As blkid calls it: ext4, xfs, btrfs, vfat. */
  readonly type: string;
  /** As blkid prints it; undefined where it has none. */
  readonly label: string | undefined;
  readonly uuid: string;
  /** What whoever reads it has to know: changes that stand in its journal alone. */
  readonly remarks: readonly string[];
  /** The number of its root folder. */
  readonly root: number;
  readonly stat: (file: number) => FileStat;
  /**
   * Gives what a folder holds, without `.` and `..`, in no order. Ends, even where the folder is damaged. Names are as they stand: one of a hostile image
   * may hold a slash, and whoever makes a path of it leaves it out.
   */
  readonly entries: (folder: number) => Iterable<FolderEntry>;
  /** Fills a target with what stands in a file from byte `at` on; gives how many bytes: fewer than the target holds only where the file ends. */
  readonly readInto: (file: number, target: Uint8Array, at: number) => number;
  /** Where a symbolic link leads, as it is written. */
  readonly readLink: (link: number) => string;
  /** Whether large and small letters of a name are the same: FAT. */
  readonly foldsCase?: boolean;
  /** The root folder of a part that can be mounted alone (Btrfs: a subvolume, by its path or number); undefined where there is none. */
  readonly subvolume?: (name: string) => number | undefined;
}

/** What a file is. */
export type FileKind = 'file' | 'folder' | 'link' | 'character-device' | 'block-device' | 'pipe' | 'socket';

/** What is known of a file. */
export interface FileStat {
  /** Its number in its file system. */
  readonly file: number;
  readonly kind: FileKind;
  /** The lower twelve bits: rights, set-user-id, sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** A name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly file: number;
}

/** The most names that are read of one folder. */
export const mostEntries = 1_000_000;

/** The most blocks that are read of one folder. */
export const mostFolderBlocks = 65_536;

/** Longest target of a symbolic link (Linux: PATH_MAX). */
export const longestLink = 4096;

/** Gives what a file is by its mode (stat(2), S_IFMT); undefined for none that Linux knows. */
export const kindOfMode = (mode: number): FileKind | undefined => kinds[(mode >>> 12) & 15];

const kinds: Readonly<Record<number, FileKind>> = {
  1: 'pipe',
  2: 'character-device',
  4: 'folder',
  6: 'block-device',
  8: 'file',
  10: 'link',
  12: 'socket',
};

/** Prints a UUID of sixteen bytes. */
export function uuidText(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 16), byte => byte.toString(16).padStart(2, '0')).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}

/** Gives a text that ends at its first zero byte; undefined where nothing stands before it. */
export function paddedText(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  return text === '' ? undefined : text;
}
