import type { Rule } from '#check/define-rule';
import type { Erratum } from '#report/errata';
import type { SectionCoverage } from '#report/guide-coverage';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/** A section of the guide with all that is below it, and what goes with it. */
export interface SectionView {
  /** The section itself first, then those below it. */
  readonly sections: readonly SectionCoverage[];
  readonly tools: readonly { readonly command: string; readonly says: string }[];
  readonly errata: readonly Erratum[];
  readonly rules: readonly Rule[];
}

/** Gives a section of the guide at a glance: its commands, its rules with severity and practice, what is not judged, and where it errs. */
export function sectionText({ sections, tools, errata, rules }: SectionView, style: Style): string {
  const lines: string[] = [];
  const say = (head: string, text: string, indent: number): void => {
    const [first = '', ...rest] = wrap(text, style.width - indent);
    lines.push(`${head.padEnd(indent)}${first}`, ...rest.map(line => `${' '.repeat(indent)}${line}`));
  };
  for (const section of sections) {
    lines.push(style.bold(`${section.section}  ${section.title}`));
    for (const { id, says } of [...section.implemented, ...section.gates]) {
      const severity = rules.find(rule => rule.id === id)?.severity;
      lines.push(`  ${id}${severity === undefined ? '' : `  ${style.severity(severity, severity)}`}`);
      say('', says, 6);
    }
    for (const { id, waitsFor } of section.waiting) say('', `– ${id} waits for ${waitsFor}`, 2);
    for (const id of section.missing) say('', `– ${id} has no rule`, 2);
    const count = section.implemented.length + section.gates.length + section.waiting.length + section.missing.length;
    if (count === 0 && sections.length === 1) lines.push(style.dim('  It holds no practice that could be judged.'));
  }
  if (tools.length > 0) lines.push('', style.bold('commands'));
  for (const { command, says } of tools) {
    lines.push(`  ${command}`);
    say('', says, 6);
  }
  if (errata.length > 0) lines.push('', style.bold('where the guide errs or has aged'));
  for (const { errata: numbers, guideSays, truth } of errata) {
    say(`  ${numbers.join(' ')}`, `it says: ${guideSays}`, 10);
    say('', `true is: ${truth}`, 10);
  }
  return `${lines.join('\n')}\n`;
}
