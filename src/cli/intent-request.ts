import type { CommonOptions } from '#cli/common-options';
import type { SettingsOptions } from '#cli/settings/settings-files';
import type { Intent } from '#wishes/intent';

/** What `intent` understands beside the rest. */
export interface IntentOptions extends CommonOptions, SettingsOptions {
  readonly remove?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What is to be written, and where. */
export interface IntentRequest {
  /** The guest by name or UUID, or a file of domain XML. */
  readonly word: string;
  /** Undefined: nothing is to be said any more. */
  readonly intents: readonly Intent[] | undefined;
}

/** Asks before a change is made; gives whether it may be. */
export type Confirm = (plan: string) => Promise<boolean>;
