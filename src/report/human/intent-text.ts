import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import type { IntentRow } from '#rules/intent-row';
import type { Intent } from '#wishes/intent';

const words = { must: 'must', should: 'should', neutral: '', avoid: 'rather not', 'must-not': 'must not' } as const;

/** Gives what an intent asks for and advises against, practice by practice, with the value where it is one of several. */
export function intentText(intent: Intent, rows: readonly IntentRow[], style: Style): string {
  const told = rows.flatMap(({ practice, levels, values }) => {
    const level = levels[intent] ?? 'neutral';
    const value = values?.[intent];
    if (level === 'neutral' && value === undefined) return [];
    const text = value === undefined ? practice : `${practice}: ${value}`;
    const [first = '', ...rest] = wrap(text, style.width - 14);
    return [`  ${words[level].padEnd(10)}  ${first}`, ...rest.map(line => `${' '.repeat(14)}${line}`)];
  });
  return `${[style.bold(`intent ${intent}`), ...told].join('\n')}\n`;
}
