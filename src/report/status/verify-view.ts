import type { StandingView, UnfinishedView } from '#report/status/status-view';

/** What came of looking again at what was applied. */
export interface VerifyView {
  readonly version: string;
  readonly host: { readonly name: string; readonly id?: string | undefined };
  readonly unfinished: readonly UnfinishedView[];
  readonly receipts: readonly ReceiptView[];
  /** Files and guests that somebody else has changed since. */
  readonly moved: readonly string[];
  readonly result: 'holds' | 'waits' | 'drift';
}

/** One change, and what became of the findings that it was for. */
export interface ReceiptView {
  readonly change: StandingView;
  readonly findings: readonly {
    readonly rule: string;
    readonly subject: string;
    /** As a receipt of `verify` says it. */
    readonly is: 'gone' | 'waits' | 'not-live' | 'lost' | 'left' | 'yours' | 'more' | 'still' | 'waived' | 'unknown';
    readonly saw?: string;
    readonly why?: string;
  }[];
}
