import type { Intent } from '#wishes/intent';

/** What cannot suit all intents, of the guests of a host or of one guest, goes by the first of these that is there. */
export const precedence: readonly Intent[] = [
  'latency',
  'hpc',
  'database',
  'migratable',
  'general',
  'desktop',
  'density',
];

/** Gives the intent that a setting of the whole host goes by: the strictest of its guests' intents. */
export const hostIntent = (intents: readonly Intent[]): Intent =>
  precedence.find(intent => intents.includes(intent)) ?? 'general';
