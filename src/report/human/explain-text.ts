import type { Rule } from '#check/define-rule';
import { departurePolicyWords } from '#report/errata';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/** Gives all that a rule says of itself: the practice, why, conditions, intents, numbers, costs, sources, where the guide errs, what is read, examples. */
export function explainText(rule: Rule, reads: readonly string[], style: Style): string {
  const lines = [style.bold(rule.id), ''];
  const say = (name: string, texts: readonly string[]): void => {
    let label = name;
    for (const text of texts) {
      const [first = '', ...rest] = wrap(text, style.width - 14);
      lines.push(`${style.dim(label.padEnd(13))} ${first}`, ...rest.map(line => `${' '.repeat(14)}${line}`));
      label = '';
    }
  };
  say('practice', [rule.says]);
  say('why', [rule.because]);
  say('guide', [rule.guide.length > 0 ? `section ${rule.guide.join(', ')}` : `beyond it: ${rule.beyond ?? ''}`]);
  say('severity', [rule.severity]);
  say('judges', [
    `each ${rule.subject === 'nic' ? 'network interface' : rule.subject}${rule.scope === undefined ? '' : `; applies to ${rule.scope.says}`}`,
  ]);
  if (rule.gate !== undefined) say('gate', [`judged by plan and apply: ${rule.gate}`]);
  if (rule.when !== undefined)
    say('only when', [
      Object.entries(rule.when)
        .map(([name, wanted]) => `${name} ${String(wanted)}`)
        .join(', '),
    ]);
  say(
    'intents',
    Object.entries(rule.intents).map(
      ([intent, stance]) => `${intent}: ${stance.level}${stance.want === undefined ? '' : `, ${stance.want}`}`,
    ),
  );
  say(
    'numbers',
    Object.entries(rule.params).map(([name, { default: value, unit, why }]) => `${name} = ${value} ${unit}: ${why}`),
  );
  say('costs', rule.costs);
  say('reads', reads);
  say(
    'sources',
    rule.sources.map(({ grade, at }) => `${at} (${grade})`),
  );
  for (const departure of rule.departs ?? []) {
    say('guide says', [departure.guideSays]);
    say('true is', [`${departure.truth} (${departure.source})`]);
    const policy = departurePolicyWords(departure);
    if (policy !== undefined) say('--policy', [`guide ${policy}`]);
  }
  say(
    'examples',
    rule.examples.map(({ name, expect }) => `${expect.padEnd(14)} ${name}`),
  );
  return `${lines.join('\n')}\n`;
}
