import { canonicalJson } from '#change/canonical-json';
import { maskOutput } from '#formats/secrets/mask-output';

/** A state of a change in a few words, for messages: text as it is, all else as JSON; secrets are masked, and what is long is cut. */
export function stateWords(state: unknown): string {
  if (state === undefined) return 'not set';
  const words = maskOutput(typeof state === 'string' ? state : canonicalJson(state)).trim();
  if (words === '') return 'empty';
  return words.length > 200 ? `${words.slice(0, 199)}…` : words;
}
