/** What a run came to, or (a dry run) would do, for people and programs. */
export interface RunView {
  readonly version: string;
  /** Missing where nothing was done. */
  readonly run?: string;
  readonly doing: 'apply' | 'undo' | 'restore';
  /** The run that was undone. */
  readonly of?: string;
  readonly host: { readonly name: string; readonly id?: string | undefined };
  readonly isDry: boolean;
  /** `refused`: something is not as the plan says, and nothing was changed. `nothing-to-do`: it is all so. */
  readonly result: 'held' | 'pending' | 'failed' | 'interrupted' | 'refused' | 'nothing-to-do' | 'to-do';
  readonly changes: readonly ChangeView[];
  /** Files and guests that somebody else has changed as well, which was left. */
  readonly foreign: readonly string[];
  /** What can be done now, each with the command. */
  readonly next: readonly NextStep[];
  /** Where copies of what was there are. */
  readonly ledger: string;
}

/** One change of a run. */
export interface ChangeView {
  readonly number: number;
  readonly kind: string;
  /** What it acts on. */
  readonly on: string;
  /** What it does, a line for each thing: `vm.swappiness: 60 → 10`. */
  readonly lines: readonly string[];
  readonly takesEffect: 'at-once' | 'daemon-restart' | 'guest-power-cycle' | 'host-reboot';
  readonly result: ChangeResult;
  /** Why it failed, waits or was refused. */
  readonly why?: string | undefined;
  readonly doThis?: string | undefined;
  /** What was found where something else was planned. */
  readonly found?: string | undefined;
}

/**
 * `held`: made and read back. `waits`: made, and in force after a restart. `pending`: not made yet. `not-live`: a tree of files has nothing
 * of it. `already`: it was so. `differs`: somebody else's value was left. `untouched`: the run did not come to it. In a dry run also `to-do`;
 * refused: `stale` (not as planned), `obstacle`, `unreadable`, `blocked`.
 */
export type ChangeResult =
  | 'held'
  | 'waits'
  | 'pending'
  | 'not-live'
  | 'already'
  | 'declined'
  | 'differs'
  | 'failed'
  | 'broken-off'
  | 'untouched'
  | 'to-do'
  | 'stale'
  | 'obstacle'
  | 'unreadable'
  | 'blocked';

/** What can be done next. */
export interface NextStep {
  readonly says: string;
  readonly command: string;
}
