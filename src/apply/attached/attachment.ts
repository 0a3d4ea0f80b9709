/** An image whose files are to be seen at a folder, and how. It is put down before the first step is made, so that whatever is left can be taken back. */
export interface Attachment {
  readonly schema: 'nearmetal.attachment/1';
  /** Names its folder in the ledger, and stands in its mounts. */
  readonly id: string;
  /** The boot of the machine: nothing of it outlives that. */
  readonly boot: string | undefined;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Where the files are seen: absolute, links followed. */
  readonly folder: string;
  /** Absolute paths, the first disk first. */
  readonly images: readonly string[];
  readonly request: AttachmentRequest;
  readonly way: AttachmentWay;
  /** What is seen there, in words: `Debian GNU/Linux 12: / from 1 (ext4)`. */
  readonly shows: string;
  /** The files that it is read from, as they were. */
  readonly stamps: readonly FileStamp[];
  /** In the order in which they are made; taken back from the last to the first. */
  readonly steps: readonly AttachStep[];
}

/** How an image is opened. */
export interface AttachmentRequest {
  readonly imageFormat?: string;
  readonly untrusted?: boolean;
  readonly allow?: readonly string[];
  readonly partition?: string;
}

/**
 * Who reads the guest's file systems, the safest first. `reader`: nearmetal itself, in memory-safe code. `guestmount`: a kernel of its own, in a guest of
 * libguestfs. `kernel`: that of this host.
 */
export type AttachmentWay = 'reader' | 'guestmount' | 'kernel';

/** A file as it was: size in bytes, time of change in nanoseconds. */
export interface FileStamp {
  readonly path: string;
  readonly size: number;
  readonly modified: string;
}

/** One thing that is made, and that can be found and taken back by what stands in it alone. */
export type AttachStep =
  | { readonly step: 'make-folder'; readonly path: string }
  /** nearmetal serves the files by FUSE; `source`: the name of the mount. */
  | { readonly step: 'serve'; readonly folder: string; readonly source: string }
  | { readonly step: 'guestmount'; readonly folder: string; readonly argv: readonly string[] }
  /** qemu-storage-daemon shows the disk as one raw file. */
  | { readonly step: 'export'; readonly file: string; readonly pidFile: string; readonly argv: readonly string[] }
  /** A read-only loop device over a part of a file. `device`: chosen before it is made. */
  | {
      readonly step: 'loop';
      readonly file: string;
      readonly offset: number;
      readonly length: number;
      readonly device?: string;
    }
  /** The device is that of the loop before it. */
  | {
      readonly step: 'mount';
      readonly folder: string;
      readonly type: string;
      readonly options: string;
      /** Whether a helper (mount.TYPE) is to do it: a file system in user space. */
      readonly hasHelper: boolean;
    };

/** Gives the words in which a person would make a step. */
export function stepWords(step: AttachStep): string {
  switch (step.step) {
    case 'make-folder':
      return `mkdir ${shown(step.path)}`;
    case 'serve':
      return `nearmetal reads the image and serves its files at ${shown(step.folder)} (FUSE, ro,nosuid,nodev,noexec, for root alone)`;
    case 'guestmount':
    case 'export':
      return step.argv.map(shown).join(' ');
    case 'loop':
      return `losetup --read-only --offset ${step.offset} --sizelimit ${step.length} ${step.device ?? '--find'} ${shown(step.file)}`;
    case 'mount':
      return `mount ${step.hasHelper ? '' : '-i '}-t ${step.type} -o ${step.options} LOOP-DEVICE ${shown(step.folder)}`;
  }
}

const shown = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
