import type { Step } from '#change/step';

/** SHA-256 of what stood somewhere, in hex, by which the ledger keeps it; null: nothing stood there. */
export type Content = string | null;

/** When a record was written, and in which run of which machine. */
export interface RecordStamp {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** As `PlannedHost.id`; null where the machine has none. */
  readonly machine: string | null;
  /** /proc/sys/kernel/random/boot_id; null in a tree. What is gone after a reboot is told by it. */
  readonly boot: string | null;
}

/** Something that was there before the first change; its content is an object of the ledger. */
export type Saved =
  | {
      readonly what: 'file';
      readonly path: string;
      readonly object: Content;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
      /** The guest whose firmware variables they are. */
      readonly guest?: string;
    }
  | { readonly what: 'knob'; readonly path: string; readonly object: Content }
  | { readonly what: 'unit'; readonly name: string; readonly object: Content }
  | { readonly what: 'guest'; readonly guest: string; readonly half: 'stored' | 'running'; readonly object: Content };

/** The first record of a run. */
export interface BeginRecord {
  readonly record: 'begin';
  readonly schema: 'nearmetal.journal/1';
  /** nearmetal and its version. */
  readonly tool: string;
  readonly doing: 'apply' | 'undo' | 'restore';
  /** The run that is undone. */
  readonly of?: string;
  /** Runs that were broken off and that this one finishes. */
  readonly takesUp?: readonly string[];
  /** Who ran it. */
  readonly by: string;
  /** SHA-256 of plan.json beside it. */
  readonly plan: string;
}

/** What is about to be done, written before it is done: after a crash it may have been done or not. */
export interface StepRecord {
  readonly record: 'step';
  readonly change: number;
  readonly does: Step['do'] | 'restore-file' | 'restore-guest' | 'remove-folder';
  /** Path, guest or program. */
  readonly on: string;
  /** What stood there; the ledger has it. Of files, knobs and stored definitions. */
  readonly from?: Content;
  readonly fromRights?: { readonly mode: number; readonly uid: number; readonly gid: number };
  /** What will stand there: the file's bytes, the knob's text without white space around it, the document that is defined. */
  readonly writes?: Content;
}

/** One line of a journal. Holds no content, only hashes: what is secret is in the ledger's objects alone. */
export type JournalRecord =
  | BeginRecord
  | { readonly record: 'resume'; readonly tool: string; readonly by: string }
  | { readonly record: 'backup'; readonly saved: Saved }
  /** All is backed up; from here on the machine may differ from what it was. */
  | { readonly record: 'ready' }
  /** `folders`: those that the change will make, the outermost first. */
  | { readonly record: 'intend'; readonly change: number; readonly folders: readonly string[] }
  | StepRecord
  /** The last step of the change is done; `reads`: what stands there now, where the machine may have made something else of it. */
  | { readonly record: 'done'; readonly change: number; readonly reads?: Content }
  /** Read back, and it is so. `life`: which run of its guest or daemon it was, for what comes with the next one (`lifeOf`). */
  | { readonly record: 'held'; readonly change: number; readonly life?: string }
  /** In a tree of files there is nothing to write to or to read back. */
  | { readonly record: 'not-live'; readonly change: number }
  | { readonly record: 'failed'; readonly change: number; readonly why: string }
  /** `waitsFor`: changes whose effect is not there yet; empty: the guest must be off. */
  | {
      readonly record: 'pending';
      readonly change: number;
      readonly waitsFor: readonly number[];
      readonly why: string;
    }
  /** Nothing was done: it was so already, or nobody wanted it. */
  | { readonly record: 'skipped'; readonly change: number; readonly why: 'already' | 'declined' | 'differs' }
  /** A guest was told to shut down, as --restart-guests asked; `guest-started`: it was started again. */
  | { readonly record: 'guest-stopping' | 'guest-started'; readonly guest: string }
  | { readonly record: 'end'; readonly result: RunResultName };

/** What a run came to: the worst of its changes. */
export type RunResultName = 'held' | 'pending' | 'failed' | 'interrupted' | 'refused';

/** A record as it stands in the file. */
export type StampedRecord = RecordStamp & JournalRecord;
