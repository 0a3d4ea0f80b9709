import type { LiveCall } from '#change/live-call';

/** What is to become of one part of a running guest. */
export interface LivePart {
  readonly path: string;
  /** What it has now; undefined: it is not there. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The calls that bring a part about, or why there are none. */
export type LiveAnswer = readonly LiveCall[] | { readonly why: string };
