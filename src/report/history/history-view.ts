/** The runs of a machine. */
export interface HistoryView {
  readonly version: string;
  readonly host: { readonly name: string; readonly id?: string | undefined };
  readonly runs: readonly HistoryRun[];
  readonly ledger: string;
}

/** One run. */
export interface HistoryRun {
  readonly run: string;
  readonly doing: 'apply' | 'undo' | 'restore';
  /** The run that was taken back. */
  readonly of?: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly by: string;
  readonly tool: string;
  /** Name of its plan. */
  readonly plan: string;
  /** `unfinished`: broken off. */
  readonly result: string;
  readonly changes: number;
  /** How many of its changes are in place now. */
  readonly inPlace: number;
  /** Where the run was asked for: what it keeps. */
  readonly objects?: readonly HistoryObject[];
  /** Old images, by which it can be taken back. */
  readonly images?: readonly HistoryImage[];
}

/** One copy. */
export interface HistoryObject {
  readonly object: string;
  /** `file /etc/fstab`, `knob /sys/…`, `guest web01 stored`. */
  readonly of: string;
}

/** An old image that a run keeps beside the new one. */
export interface HistoryImage {
  readonly path: string;
  /** The image that took its place. */
  readonly of: string;
  /** Room that it takes. */
  readonly bytes: number;
}
