import type { Rule } from '#check/define-rule';
import type { GuideCoverage } from '#report/guide-coverage';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/** Gives the guide section by section: the rules of each and the practices still missing. */
export function guideText(coverage: GuideCoverage, style: Style): string {
  const lines: string[] = [];
  const list = (part: Pick<GuideCoverage['beyond'], 'implemented' | 'missing'>): void => {
    for (const { id, says } of part.implemented) {
      const [first = '', ...rest] = wrap(says, style.width - 46);
      lines.push(`  ${style.good('✓')} ${id.padEnd(41)} ${first}`, ...rest.map(line => `${' '.repeat(46)}${line}`));
    }
    for (const id of part.missing) lines.push(style.dim(`  – ${id.padEnd(41)} missing`));
  };
  for (const section of coverage.sections) {
    lines.push(style.bold(`${section.section}  ${section.title}`));
    list(section);
  }
  lines.push(style.bold('beyond the guide'));
  list(coverage.beyond);
  lines.push('', `${coverage.implemented} of ${coverage.practices} practices are implemented`);
  return `${lines.join('\n')}\n`;
}

/** Gives where the guide errs or has aged, rule by rule: what it says, what is true, and by which source. */
export function errataText(rules: readonly Rule[], style: Style): string {
  const lines: string[] = [];
  for (const rule of rules) {
    for (const departure of rule.departs ?? []) {
      lines.push(
        style.bold(
          `${rule.guide.join(', ') || 'beyond'}  ${rule.id}${departure.errata === undefined ? '' : `  ${departure.errata.join(' ')}`}`,
        ),
      );
      const say = (name: string, text: string): void => {
        const [first = '', ...rest] = wrap(text, style.width - 14);
        lines.push(`  ${name.padEnd(11)} ${first}`, ...rest.map(line => `${' '.repeat(14)}${line}`));
      };
      say('guide says', departure.guideSays);
      say('true is', departure.truth);
      say('source', departure.source);
      if (departure.guideCheck !== undefined) say('--policy', `guide: ${departure.guideCheck}`);
      else if (departure.guideParams !== undefined)
        say(
          '--policy',
          `guide: ${Object.entries(departure.guideParams)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')}`,
        );
    }
  }
  return `${lines.join('\n')}\n`;
}
