import type { WaiverEntry } from '#wishes/waiver-entry';

/** A waiver, and what came of it in one run. */
export interface WaiverUse {
  readonly waiver: WaiverEntry;
  readonly isExpired: boolean;
  /** Findings that it hides, or would hide had it not expired. */
  readonly waives: number;
}
