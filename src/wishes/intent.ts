/** What a guest is for; a guest may have several. Where nothing is said it is `general`. */
export const intents = ['general', 'database', 'latency', 'density', 'desktop', 'migratable', 'hpc'] as const;

/** What a guest is for. */
export type Intent = (typeof intents)[number];

/** Takes a word; gives whether it is an intent. */
export const isIntent = (word: string): word is Intent => intents.some(intent => intent === word);
