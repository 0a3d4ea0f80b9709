import type { Change } from '#change/change';
import type { Waiver } from '#check/waiver';
import type { Evidence } from '#model/known';

/** How grave a finding is: `error` a guest cannot start, data are lost, the host is unstable; `warning` a measurable loss; `info` situational; `hint` a cheap improvement. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Severities, worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** What a rule's `check` finds on one subject. */
export type Verdict =
  | { readonly verdict: 'good' }
  | { readonly verdict: 'not-applicable'; readonly reason: string }
  | { readonly verdict: 'undecided'; readonly reason: string; readonly remedy?: string | undefined }
  | Bad;

/** A departure from the practice. */
export interface Bad extends Finding {
  readonly verdict: 'bad';
  /** What is wrong, in the words of the person's problem, with the number found. */
  readonly saw: string;
}

/** What may be said of a departure beside its headline. */
export interface Finding {
  /** What should be there, with the number wanted. */
  readonly wants?: string;
  /** What follows if nothing is done. */
  readonly so?: string;
  /** Where the verdict says otherwise than the rule's default. */
  readonly severity?: Severity;
  /** Places in one subject, when there are several; each with a stable key. */
  readonly parts?: readonly Part[];
  /** Guests that a finding about the host concerns, by name, where it is not all of them. */
  readonly guests?: readonly string[];
  /** Evidence to show first; the facts needed are attached by the engine in any case. */
  readonly evidence?: readonly Evidence[];
  /** The exact changes that put it right. */
  readonly fix?: readonly Change[];
  /**
   * What the changes need that is not known, and how a person makes sure of it, in sentences: a driver in the guest. They are planned only where the
   * rule is named (`--rule`); undefined: they may be planned unasked.
   */
  readonly onlyAsked?: string;
  /** What planning must compute first: place a guest, size a pool. */
  readonly wish?: Wish;
  /** What a person must do, where no change can. */
  readonly otherwise?: string;
}

/** One place of several in one subject. */
export interface Part {
  /** Stable name of the place: a disk's target, a page size; goes into the fingerprint, so never a value found. */
  readonly key: string;
  readonly saw: string;
  readonly evidence?: readonly Evidence[];
  /** Set where this part is waived and others are not. */
  readonly waiver?: Waiver;
}

/** Something that planning resolves into changes. */
export interface Wish {
  readonly kind: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** The practice is followed. */
export const good: Verdict = { verdict: 'good' };

/** The practice does not concern this subject, and why. */
export const notApplicable = (reason: string): Verdict => ({ verdict: 'not-applicable', reason });

/** The facts do not decide: for sums with unknown summands; a missing single fact is the engine's business. */
export const undecided = (reason: string, remedy?: string): Verdict => ({ verdict: 'undecided', reason, remedy });

/** The practice is departed from. `saw` is the headline: what is wrong, with the number found. */
export const bad = (saw: string, finding: Finding = {}): Verdict => ({ verdict: 'bad', saw, ...finding });
