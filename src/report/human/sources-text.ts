import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/** One fact that is read. */
export interface SourceLine {
  readonly fact: string;
  readonly says: string;
  readonly ways: readonly string[];
  readonly rules: readonly string[];
}

/** Gives what is read, fact by fact: the ways in the order tried, and the rules that need it. */
export function sourcesText(readings: readonly SourceLine[], style: Style): string {
  const lines: string[] = [];
  const say = (name: string, text: string): void => {
    const [first = '', ...rest] = wrap(text, style.width - 9);
    lines.push(`  ${name.padEnd(6)} ${first}`, ...rest.map(line => `         ${line}`));
  };
  for (const { fact, says, ways, rules } of readings) {
    lines.push(`${style.bold(fact)}  ${says}`);
    for (const [at, way] of ways.entries()) say(at === 0 ? 'from' : '', way);
    say('rules', rules.length === 0 ? 'none yet: shown by nearmetal facts' : rules.join(', '));
  }
  lines.push('', `${readings.length} facts`);
  return `${lines.join('\n')}\n`;
}
