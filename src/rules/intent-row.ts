import type { Stance } from '#check/define-rule';
import type { Intent } from '#wishes/intent';

type Level = Stance['level'];

/** What one practice means for each intent. */
export interface IntentRow {
  /** The practice, so that it can be advised or advised against. */
  readonly practice: string;
  /** How it stands to each intent; neutral where nothing is said. */
  readonly levels: Readonly<Partial<Record<Intent, Level>>>;
  /** The value for each intent, where it is one of several. */
  readonly values?: Readonly<Partial<Record<Intent, string>>>;
  /** Rules that stand to the intents as the practice does. */
  readonly rules: readonly string[];
  /** Rules that ask for the opposite. */
  readonly against?: readonly string[];
  /** Where a rule stands otherwise than the practice, how and why. */
  readonly but?: Readonly<
    Record<string, { readonly levels: Readonly<Partial<Record<Intent, Level>>>; readonly why: string }>
  >;
}

/** The same level for each intent. */
export const all = (level: Level): Readonly<Record<Intent, Level>> => ({
  general: level,
  database: level,
  latency: level,
  density: level,
  desktop: level,
  migratable: level,
  hpc: level,
});
