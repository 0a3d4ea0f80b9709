import type { Content } from '#apply/journal-record';
import type { DomainPart } from '#change/domain/domain-part';
import type { Step } from '#change/step';
import type { FileRights } from '#transport/writable-tree';

/** What is done to a machine: a step of a kind, or putting back what the ledger holds. */
export type Action =
  | Step
  /** Puts a file back byte for byte; null: takes it away. */
  | { readonly do: 'restore-file'; readonly path: string; readonly object: Content; readonly rights?: FileRights }
  /** Takes away a folder that we made, where nothing is in it any more. */
  | { readonly do: 'remove-folder'; readonly path: string }
  /**
   * Stores the definition that a guest had. `hash`: what libvirt made of ours (`domainHash`), where that is known; `parts`: what stood at the
   * places that we changed, for where somebody else has changed it, too.
   */
  | {
      readonly do: 'restore-guest';
      readonly guest: string;
      readonly object: string;
      readonly hash: string | undefined;
      readonly parts: readonly DomainPart[];
    };
