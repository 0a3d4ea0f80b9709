import type { Conditions } from '#check/conditions';
import type { Example } from '#check/example';
import type { Severity, Verdict } from '#check/verdict';
import type { SubjectKind, Views } from '#check/views';
import type { Guest } from '#model/guest';
import type { Known } from '#model/known';
import type { Intent } from '#wishes/intent';

/**
 * A selector of one fact that a rule needs, from the subject and its surroundings. Unknown makes the outcome unknown, absent makes it
 * not applicable; `orAbsent(fact)` hands absent on as undefined, `ifKnown(fact)` absent and unknown.
 */
export type Need<V> = (view: V) => Known<unknown>;

/** The plain values that `check` is handed, by the names in `needs`. */
export type Facts<N> = {
  readonly [K in keyof N]: N[K] extends (view: never) => infer F ? Value<F> : never;
};
type Value<F> = F extends { readonly state: 'known'; readonly value: infer T } ? T : never;

/** What surrounds a check beside the facts. */
export interface Setting<P extends string = string> {
  /** What the subject is for: a guest's intents; for a host those of all its committed guests. */
  readonly intents: readonly Intent[];
  /** What one guest is for. */
  readonly intentsOf: (guest: Guest) => readonly Intent[];
  /** Whether somebody said what the guest is for; true for what is no guest's. */
  readonly isIntentSaid: boolean;
  readonly policy: 'current' | 'guide';
  /** The rule's parameters, as the user or the default has them. */
  readonly params: Readonly<Record<P, number>>;
  /** The time of the check. */
  readonly now: Date;
}

/** A source of the claim, and how good it is. */
export interface Source {
  readonly grade: 'specified' | 'documented' | 'measured' | 'folklore';
  /** Document and place: `linux: admin-guide/mm/ksm.rst, merge_across_nodes`. */
  readonly at: string;
}

/** How a practice stands to an intent. `want`: the value where it differs. */
export interface Stance {
  readonly level: 'must' | 'should' | 'neutral' | 'avoid' | 'must-not';
  readonly want?: string;
}

/** A number that neither the guide nor a document fixes. */
export interface Parameter {
  readonly default: number;
  readonly unit: string;
  /** Least and most that make sense, where the unit does not tell: a share (`of …`) is 0 to 1, `%` 0 to 100. */
  readonly range?: readonly [least: number, most: number];
  readonly why: string;
}

/** Where the guide errs or has aged. */
export interface Departure {
  readonly guideSays: string;
  /** What is true, and since when. */
  readonly truth: string;
  readonly source: string;
  /** Erratum numbers of the guide-versus-truth list: `X11`. */
  readonly errata?: readonly string[];
  /**
   * What `--policy guide` makes of it, one of four: these parameters instead of the defaults …
   */
  readonly guideParams?: Readonly<Record<string, number>>;
  /** … a check of its own, in words: an example under both policies shows the difference … */
  readonly guideCheck?: string;
  /** … the same verdict, and why: the departure does not bear on what is judged … */
  readonly guideSame?: string;
  /** … or today's verdict, since the guide cannot be followed there, and why. */
  readonly guideCannot?: string;
}

/** How a lab would show the effect. */
export interface Experiment {
  readonly workload: string;
  readonly metric: string;
  readonly expect: string;
}

/** A practice, as one short file of data. */
export interface RuleDefinition<K extends SubjectKind, N, P extends string> {
  /** area/name; equal to the path under src/rules; final. */
  readonly id: string;
  /** Former ids, still understood. */
  readonly aliases?: readonly string[];
  readonly replacedBy?: string;
  /** The runner calls the rule once for each. */
  readonly subject: K;
  /** Sections of the guide; empty with `beyond`. */
  readonly guide: readonly string[];
  /** Why an expert expects a practice that the guide has not. */
  readonly beyond?: string;
  /** `check`: judged by check. `gate`: plan and apply hold themselves to it, so that check gives no outcome (see `defineGate`). */
  readonly judgedBy?: 'check' | 'gate';
  /** Of a gate: what plan and apply ask for, and what they do where it is not there. */
  readonly gate?: string;
  readonly severity: Severity;
  /** The wanted state, as a sentence that reads true on a pass. */
  readonly says: string;
  /** Why it matters. */
  readonly because: string;
  readonly sources: readonly [Source, ...Source[]];
  /** Conditions as data, judged first. */
  readonly when?: Conditions;
  /** Scope on facts of its own, judged before `needs`; `says` completes “applies to …”. */
  readonly scope?: { readonly says: string; readonly holds: (view: Views[K], setting: Setting<P>) => Known<boolean> };
  readonly intents: Readonly<Partial<Record<Intent, Stance>>>;
  readonly params: Readonly<Record<P, Parameter>>;
  /** What the fix costs; an empty list says that somebody thought of it. */
  readonly costs: readonly string[];
  readonly departs?: readonly Departure[];
  readonly experiment?: Experiment;
  readonly needs: N;
  readonly check: (facts: Facts<N>, setting: Setting<P>) => Verdict;
  readonly examples: readonly Example[];
}

/** A rule as the engine sees it: the types of its facts are its own affair. */
export interface Rule extends Omit<RuleDefinition<SubjectKind, unknown, string>, 'needs' | 'check' | 'scope'> {
  readonly needs: Readonly<Record<string, Need<never>>>;
  readonly scope?: { readonly says: string; readonly holds: (view: never, setting: Setting) => Known<boolean> };
  readonly check: (facts: never, setting: Setting) => Verdict;
}

/** Takes a practice; `check` gets the plain values of `needs`, and the engine answers for what is missing. */
export const defineRule = <
  K extends SubjectKind,
  const N extends Readonly<Record<string, Need<Views[K]>>>,
  P extends string = never,
>(
  rule: RuleDefinition<K, N, P>,
): Rule => rule;
