import type { Coverage, GuideCoverage } from '#report/guide-coverage';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/**
 * Gives the guide section by section: the rules of each, the gates of plan and apply, what waits and what is missing. `onlyMissing`: only
 * what check does not judge, and why.
 */
export function guideText(coverage: GuideCoverage, style: Style, onlyMissing = false): string {
  const lines: string[] = [];
  const item = (mark: string, id: string, text: string): void => {
    const [first = '', ...rest] = wrap(text, style.width - 46);
    lines.push(`  ${mark} ${id.padEnd(41)} ${first}`, ...rest.map(line => `${' '.repeat(46)}${line}`));
  };
  const list = (title: string, part: Coverage): void => {
    const judged = onlyMissing ? [] : part.implemented;
    if (onlyMissing && part.gates.length + part.waiting.length + part.missing.length === 0) return;
    lines.push(style.bold(title));
    for (const { id, says } of judged) item(style.good('✓'), id, says);
    for (const { id, says, gate } of part.gates)
      item(style.good('⏸'), id, onlyMissing ? `gate of plan and apply: ${gate}` : `${says} (gate of plan and apply)`);
    for (const { id, waitsFor } of part.waiting) item(style.dim('–'), id, `waits for ${waitsFor}`);
    for (const id of part.missing) item(style.dim('–'), id, 'missing');
  };
  for (const section of coverage.sections) list(`${section.section}  ${section.title}`, section);
  list('beyond the guide', coverage.beyond);
  if (coverage.site.length > 0 && !onlyMissing) {
    lines.push(style.bold('rules of this site'));
    for (const { id, says, sections } of coverage.site)
      item(style.good('✓'), id, sections.length === 0 ? says : `${says} (${sections.join(', ')})`);
  }
  const { practices, implemented, gates, waiting, missing } = coverage;
  const counts = [
    `${practices} practices: ${implemented} have a rule`,
    `${gates} are gates of plan and apply`,
    `${waiting} wait`,
    ...(missing > 0 ? [`${missing} are missing`] : []),
  ];
  lines.push('', counts.join(', '));
  return `${lines.join('\n')}\n`;
}
