import { maskOutput } from '#formats/secrets/mask-output';
import { stateWords as plainWords } from '#plan/state-words';

/** A state of a change that was seen on a machine, in words, for messages and journals: secrets are masked, and what is long is cut. */
export function stateWords(state: unknown): string {
  const words = maskOutput(plainWords(state)).trim();
  return words.length > 200 ? `${words.slice(0, 199)}…` : words;
}
