import type { Intent } from '#wishes/intent';

/** Settings of a host that cannot suit all its guests go by the first of these that one of them has. */
const precedence: readonly Intent[] = ['latency', 'hpc', 'database', 'migratable', 'general', 'desktop', 'density'];

/** Gives the intent that a setting of the whole host goes by: the strictest of its guests' intents. */
export const hostIntent = (intents: readonly Intent[]): Intent =>
  precedence.find(intent => intents.includes(intent)) ?? 'general';
