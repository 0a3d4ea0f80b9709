import type { DomainPart } from '#change/domain/domain-part';
import type { LiveCall } from '#change/live-call';
import type { FileStamp } from '#change/observed';

/** A program that works on a file. */
export interface ToolCall {
  readonly argv: readonly string[];
  /** What it is about, for people: `converting`. */
  readonly says: string;
  /** Exit codes with which it did what it was to; only 0 where missing. */
  readonly isFine?: readonly number[];
}

/** One thing that is done to a machine. Data: `apply/` carries it out, exports print it, tests simulate it. Each is done wholly or not at all. */
export type Step =
  /** Replaces a file by renaming another into its place; undefined: takes it away. Folders that are missing are made. `mode` is for a new file (0644 otherwise). */
  | { readonly do: 'write-file'; readonly path: string; readonly text: string | undefined; readonly mode?: number }
  /** Writes to a file of /proc or /sys, where the kernel takes the text as a command. */
  | { readonly do: 'write-knob'; readonly path: string; readonly text: string }
  /** Waits until a file of /proc or /sys reads so (without its last newline); when the seconds are over the change has failed. */
  | { readonly do: 'wait'; readonly path: string; readonly until: string; readonly seconds: number }
  /** Starts a program and waits for its end; anything but 0 is a failure. Not done in a tree that is no running machine. */
  | { readonly do: 'run'; readonly argv: readonly string[] }
  /**
   * Makes a file that nothing refers to yet, by programs that are started one after the other: what is left of an attempt before is taken away
   * first. `like`: the file whose rights it gets. At the end its time of writing is `modified` (nanoseconds since 1970), and it is on the disk.
   */
  | {
      readonly do: 'build-file';
      readonly path: string;
      readonly like: string | undefined;
      readonly modified: string;
      /** Room that it may take, in bytes. */
      readonly bytes: number;
      readonly programs: readonly ToolCall[];
    }
  /**
   * Puts a file that was built into its place, at one instant. What stood there gets the name `keep`; without one it is gone. `from` undefined:
   * nothing is put there. Where nothing is to be kept and nothing replaced, nothing may stand there. `was`: what stands there at that instant, which
   * nobody may have open: building took its time.
   */
  | {
      readonly do: 'place-file';
      readonly path: string;
      readonly from: string | undefined;
      readonly keep: string | undefined;
      readonly isNew: boolean;
      readonly was?: FileStamp;
    }
  /** Edits the stored definition of a guest and defines it: the document is made of what libvirt gives at that instant, secrets included. */
  | { readonly do: 'define-guest'; readonly guest: string; readonly parts: readonly DomainPart[] }
  /** Changes a running guest. */
  | { readonly do: 'live-call'; readonly guest: string; readonly call: LiveCall };
