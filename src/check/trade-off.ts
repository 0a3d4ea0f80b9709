import type { Intent } from '#wishes/intent';

/** What was decided where two practices, or two intents, want different things: nothing is averaged, and what is given up is said. */
export interface TradeOff {
  /** Number of the pair among the conflicts between practices; absent where intents of one subject disagree. */
  readonly pair?: number;
  /** The practice given up, in words: `KSM merges equal pages of guests`. */
  readonly instead: string;
  /** Rules whose finding gave way. Empty: no rule asks for what is given up. */
  readonly rules: readonly string[];
  readonly gained: string;
  readonly lost: string;
  /** The intent that decided; absent where facts or the order of work did. */
  readonly intent?: Intent;
  /** What decided, in words: `intent latency, before density`. */
  readonly decidedBy: string;
}

/** A guest that a setting of its whole host does not suit. */
export interface Loser {
  readonly guest: string;
  readonly intent: Intent;
  /** What it would have, where the rule says so. */
  readonly wants?: string;
}

/** By which intent a setting of the whole host was judged, and which guests lose by it. */
export interface HostDecision {
  readonly intent: Intent;
  readonly losers: readonly Loser[];
}
