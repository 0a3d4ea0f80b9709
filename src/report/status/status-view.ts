import type { NextStep } from '#report/run/run-view';

/** What is ours on a machine, and how it stands. */
export interface StatusView {
  readonly version: string;
  readonly host: { readonly name: string; readonly id?: string | undefined };
  /** Runs that were broken off. */
  readonly unfinished: readonly UnfinishedView[];
  readonly changes: readonly StandingView[];
  /** What was taken back and stays in force until a restart. */
  readonly undone: readonly StandingView[];
  readonly knobs: readonly KnobView[];
  /** Files and guests that somebody else has changed since. */
  readonly moved: readonly string[];
  readonly ledger: string;
}

/** A run that was broken off. */
export interface UnfinishedView {
  readonly run: string;
  readonly says: string;
  readonly next: readonly NextStep[];
}

/** One change that is in place, or waits to be made. */
export interface StandingView {
  readonly run: string;
  readonly number: number;
  readonly kind: string;
  readonly on: string;
  readonly lines: readonly string[];
  readonly takesEffect: 'at-once' | 'daemon-restart' | 'guest-power-cycle' | 'host-reboot';
  readonly is:
    | 'holds'
    | 'waits'
    | 'pending'
    | 'taken-back'
    | 'drifted'
    | 'broken-off'
    | 'failed'
    | 'over'
    | 'not-live'
    | 'unreadable';
  readonly now?: string;
  readonly why?: string;
}

/** One knob in three ways; null: that it is not set. */
export interface KnobView {
  readonly knob: string;
  readonly recommended: string | null;
  readonly configured?: string | null;
  readonly running?: string | null;
  readonly isDrifted: boolean;
}
