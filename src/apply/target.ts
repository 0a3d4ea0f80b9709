import type { ObservedUnit } from '#change/observed';
import type { SchemaValidator } from '#formats/xml/schema-validator';
import type { Connection } from '#libvirt/connection';
import type { WritableTree } from '#transport/writable-tree';

/** The machine that is changed: this one, a tree of files below a root, or one in memory. */
export interface Target {
  readonly files: WritableTree;
  /**
   * Whether /proc and /sys of the tree are a running kernel's, and programs may be started. In a tree that is not, steps on knobs, programs
   * and running guests are recorded as not live, and count as held.
   */
  readonly isLive: boolean;
  /** Starts a program, without a shell, and waits for its end; a signal to us does not reach it. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Programs that earlier runs started and that are still at work, each as `PID NAME …`. */
  readonly strays?: (() => readonly string[]) | undefined;
  /** The state of a systemd unit, told as the plan was. */
  unit(name: string): ObservedUnit;
  /** A read-write connection; undefined: changes of guests cannot be made. */
  readonly libvirt: Connection | undefined;
  /** The host's own schemas, which a definition is held against before libvirt sees it. */
  readonly validator?: SchemaValidator | undefined;
  readonly identity: TargetIdentity;
  /** Time, for records only. */
  now(): Date;
}

/** How a program is run that takes its time and harms nothing when it is ended. */
export interface RunOptions {
  /** Is handed what it prints, as it comes. */
  readonly watch?: (text: string) => void;
  /** Ends it, as our own end does. */
  readonly abort?: AbortSignal;
}

/** What a program came to. */
export interface RunResult {
  /** Undefined: ended by a signal. */
  readonly code: number | undefined;
  /** Both outputs, at most 64 KiB. */
  readonly output: string;
}

/** Which machine it is, and which of its runs. */
export interface TargetIdentity {
  readonly hostName: string;
  /** As `PlannedHost.id`. */
  readonly id: string | undefined;
  /** /proc/sys/kernel/random/boot_id; undefined in a tree. */
  readonly bootId: string | undefined;
}
