import type { Place } from '#model/known';

/** How a place is to be opened. */
export interface OpenOptions {
  readonly connect?: string;
  readonly root?: string;
  readonly as?: string;
  readonly readOnly?: boolean;
  readonly run?: boolean;
  readonly sampleMs?: number | undefined;
  readonly isValidating?: boolean;
  /** Names or UUIDs of the only guests that are of interest; empty or left out: all. */
  readonly guest?: readonly string[];
  /** Guest agents may be asked. */
  readonly guestAgent?: boolean;
  /** Words of --guest-facts: GUEST=FILE, or FILE alone. */
  readonly guestFacts?: readonly string[];
  readonly quiet?: boolean;
}

/** Something of the input that could not be read while the rest was. */
export interface ReadProblem {
  readonly message: string;
  readonly doThis?: string | undefined;
  /** Where, if that is one place; the message names it, too. */
  readonly place?: Place | undefined;
}
