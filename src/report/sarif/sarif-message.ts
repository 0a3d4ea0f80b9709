import type { Message } from 'sarif';
import { clipped } from '#report/printable';

/** Gives lines as a SARIF message, in which a bracket and a parenthesis would make a link; each line printable and of bounded length. */
export const sarifMessage = (...lines: readonly string[]): Message & { text: string } => ({
  text: lines
    .map(line => clipped(line, 2000))
    .join('\n')
    .replaceAll('](', '] ('),
});
