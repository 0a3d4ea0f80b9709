import { type Erratum, policyWords } from '#report/errata';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/**
 * Gives where the guide errs or has aged, section by section: what it says, what is true, by which source, and what `--policy guide`
 * makes of it.
 */
export function errataText(
  errata: readonly Erratum[],
  sections: readonly (readonly [number: string, title: string])[],
  style: Style,
): string {
  const titles = new Map(sections);
  const lines: string[] = [];
  let section: string | undefined;
  for (const one of errata) {
    const [first = ''] = one.sections;
    if (first !== section) {
      if (lines.length > 0) lines.push('');
      lines.push(style.bold(first === '' ? 'beyond the guide' : `${first}  ${titles.get(first) ?? ''}`));
      section = first;
    }
    const others = one.sections.slice(1);
    const where = [
      one.errata.join(' '),
      one.rule ?? (one.practice === undefined ? 'prose' : `${one.practice} (no rule yet)`),
      ...(others.length > 0 ? [`also ${others.join(', ')}`] : []),
    ].filter(word => word !== '');
    lines.push(`  ${style.bold(where.join('  '))}`);
    const say = (name: string, text: string): void => {
      const [begin = '', ...rest] = wrap(text, style.width - 16);
      lines.push(`    ${style.dim(name.padEnd(11))} ${begin}`, ...rest.map(line => `${' '.repeat(16)}${line}`));
    };
    say('guide says', one.guideSays);
    say('true is', one.truth);
    say('source', one.source);
    const words = policyWords(one.policy);
    if (words !== undefined && one.policy?.kind !== 'no-rule') say('--policy', `guide ${words}`);
  }
  const carried = errata.filter(one => one.rule !== undefined);
  const count = (kind: string): number => carried.filter(({ policy }) => policy?.kind === kind).length;
  lines.push(
    '',
    ...wrap(
      `${errata.length} departures: ${carried.length} carried by rules, ${errata.length - carried.length} by none. Under --policy guide ${count('numbers') + count('check')} are judged by the guide’s letter, ${count('same')} come to the same, ${count('cannot')} cannot be followed.`,
      style.width,
    ),
  );
  return `${lines.join('\n')}\n`;
}
