import type { Content } from '#apply/journal-record';
import type { Step } from '#change/step';
import type { FileRights } from '#transport/writable-tree';

/** What is done to a machine: a step of a kind, or putting back what the ledger holds. */
export type Action =
  | Step
  /** Puts a file back byte for byte; null: takes it away. */
  | { readonly do: 'restore-file'; readonly path: string; readonly object: Content; readonly rights?: FileRights }
  /** Takes away a folder that we made, where nothing is in it any more. */
  | { readonly do: 'remove-folder'; readonly path: string }
  /** Defines the stored definition that a guest had. */
  | { readonly do: 'restore-guest'; readonly guest: string; readonly object: string };
