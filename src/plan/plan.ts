import type { Change } from '#change/change';
import type { Severity } from '#check/verdict';
import type { Intent } from '#wishes/intent';

/** What is to be done to one host and its guests, in order. Wholly described by its changes: no mode changes what apply does. */
export interface Plan {
  readonly schema: 'nearmetal.plan/1';
  /** nearmetal and its version. */
  readonly tool: string;
  /** What it was made of, for people: `this machine`, a bundle, `2 files`. */
  readonly source: string;
  readonly host: PlannedHost;
  readonly policy: 'current' | 'guide';
  /** What guests are for as the command line said it (`db01=database`), so that verify judges by the same. */
  readonly intents: readonly string[];
  readonly changes: readonly PlannedChange[];
  /** Findings, or the part of them, that only a person can put right, with what to do. */
  readonly byHand: readonly ByHand[];
  /** Guests and files that are not touched, and why: owned by another manager, transient, a job runs, an image was saved. */
  readonly blocked: readonly Blocked[];
  /** What else is to be known before it is applied: guests in production, what could not be read. Sentences. */
  readonly notes: readonly string[];
}

/** The host that a plan is for: on another it is refused. */
export interface PlannedHost {
  readonly name: string;
  /**
   * `Host.id` of the model: `hashOfId` (formats/secrets) of /etc/machine-id without its newline, or of libvirt's host UUID where there is no
   * such file; never the id itself (machine-id(5)). A bundle holds nothing but this hash. Undefined: the source has neither, and apply refuses.
   */
  readonly id: string | undefined;
}

/** When what a plan does is in force. */
export type Epoch = Change['takesEffect'];

/** One change with its reasons. */
export interface PlannedChange {
  /** Counts from 1 in the order in which changes are made. */
  readonly number: number;
  readonly change: Change;
  /**
   * When it is in force: as the change says, but `at-once` where nothing is left to wait for: it only keeps over reboots what is in force
   * already or what another change puts in force, or its guest is off.
   */
  readonly epoch: Epoch;
  /** The findings that it puts right. */
  readonly because: readonly PlannedFor[];
  /** Numbers of changes whose *effect* must be there before this one is made: a guest on 1 GiB pages waits for the reboot that reserves them. */
  readonly waitsFor: readonly number[];
  /** What it costs, gives up and means for migration; sentences. */
  readonly costs: readonly string[];
  readonly tradeOffs: readonly PlannedTradeOff[];
  readonly migration?: string | undefined;
  /** Who else sets the same knob: `tuned profile virtual-host`, a file of sysctl.d. */
  readonly owners: readonly string[];
  /** For people: a unified diff of a file or a definition (secrets masked), `before → after` of a knob. */
  readonly diff: string;
  /** Why there is no unified diff where one would be expected: the file was not captured. */
  readonly unseen?: string | undefined;
}

/** A finding that a change puts right. */
export interface PlannedFor {
  readonly rule: string;
  readonly severity: Severity;
  /** `host`, `guest web01`, `disk vda of web01`. */
  readonly subject: string;
  readonly saw: string;
}

/** What one practice gains over another. */
export interface PlannedTradeOff {
  readonly instead: string;
  readonly gained: string;
  readonly lost: string;
  readonly intent?: Intent | undefined;
}

/** What only a person can do. */
export interface ByHand {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly saw: string;
  readonly doThis: string;
}

/** What is left alone. */
export interface Blocked {
  /** `guest web01`. */
  readonly on: string;
  readonly why: string;
  readonly doThis?: string | undefined;
}
