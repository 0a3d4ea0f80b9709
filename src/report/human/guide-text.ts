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
