import type { DomainPart } from '#change/domain/domain-part';
import type { LiveCall } from '#change/live-call';

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
  /** Edits the stored definition of a guest and defines it: the document is made of what libvirt gives at that instant, secrets included. */
  | { readonly do: 'define-guest'; readonly guest: string; readonly parts: readonly DomainPart[] }
  /** Changes a running guest. */
  | { readonly do: 'live-call'; readonly guest: string; readonly call: LiveCall };
