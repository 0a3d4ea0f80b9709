import type { GuestPart } from '#change/domain/guest-part';
import type { LiveCall } from '#change/live-call';
import type { PlannedChange, PlannedHost } from '#plan/plan';

/**
 * A plan as statements for other engines: what is written, into what state of the machine, and what is refused. Each statement can be made
 * twice without harm, and none holds a secret.
 */
export interface PlanScript {
  /** `planId`. */
  readonly id: string;
  readonly tool: string;
  readonly source: string;
  readonly host: PlannedHost;
  readonly stages: readonly ScriptStage[];
  /** In which order libvirt writes the children of the elements that guests are changed in. */
  readonly orders: Readonly<Record<string, readonly string[]>>;
  /** Changes that cannot be exported, and why. */
  readonly left: readonly LeftOut[];
  /** How many findings only a person can put right. */
  readonly byHand: number;
  readonly notes: readonly string[];
}

/** What is done in one go; all but the first stage wait until what they need is in force. */
export interface ScriptStage {
  /** `now`, `after-daemon-restart`, `after-power-cycle`, `after-reboot`; with a number where it comes again. */
  readonly name: string;
  /** Guests that have to run with the parts that an earlier stage gave them, or be off. */
  readonly awaitedGuests: readonly GuestGuard[];
  /** Whether the host has to have been rebooted since the stage before. */
  readonly isAfterReboot: boolean;
  readonly works: readonly Work[];
}

/** Changes that are made together: one, or all that write to the same files. */
export interface Work {
  /** Of its first change. */
  readonly number: number;
  readonly changes: readonly WorkedChange[];
  readonly files: readonly FileWork[];
  /** What is looked at to tell whether it is to be made, was made, or must not be. */
  readonly guards: readonly Guard[];
  /** What is done beside the files; not in a tree that is no running machine. */
  readonly actions: readonly LiveAction[];
}

/** A change and what it does, in words. */
export interface WorkedChange {
  readonly planned: PlannedChange;
  readonly does: readonly string[];
}

/** What becomes of a file. */
export type FileWork =
  /** There is none. `mode`: octal, as chmod takes it. */
  | { readonly way: 'create'; readonly path: string; readonly text: string; readonly mode: string }
  | { readonly way: 'edit'; readonly path: string; readonly hunks: readonly Hunk[] }
  /** It holds exactly this. */
  | { readonly way: 'remove'; readonly path: string; readonly text: string };

/**
 * Whole lines that take the place of others, each text with a newline before and behind it. Before the first line of the file stands one of
 * U+0002, behind its last one of U+0003. There `from` is found once and no more; when all hunks are made, not any more.
 */
export interface Hunk {
  readonly from: string;
  readonly to: string;
}

/** A place of the running machine, how it was when the plan was made, and how it is to be. */
export type Guard =
  /** A file of /proc or /sys: its words with one blank between them; of a choice the chosen one. */
  | { readonly on: 'knob'; readonly path: string; readonly before: string; readonly after: string }
  /** `enabled active`, `disabled inactive`, `masked inactive` … */
  | { readonly on: 'unit'; readonly name: string; readonly before: string; readonly after: string }
  | GuestGuard;

/** Parts of one half of a guest. */
export interface GuestGuard {
  readonly on: 'guest';
  readonly guest: string;
  readonly half: 'stored' | 'running';
  readonly parts: readonly GuestPart[];
}

/** A step on the running machine. */
export type LiveAction =
  | { readonly do: 'write-knob'; readonly path: string; readonly text: string }
  | { readonly do: 'wait'; readonly path: string; readonly until: string; readonly seconds: number }
  | { readonly do: 'run'; readonly argv: readonly string[] }
  | { readonly do: 'define-guest'; readonly guest: string; readonly parts: readonly GuestPart[] }
  | { readonly do: 'live-call'; readonly guest: string; readonly call: LiveCall };

/** A change that stays out. */
export interface LeftOut {
  readonly planned: PlannedChange;
  readonly does: readonly string[];
  readonly why: string;
}
