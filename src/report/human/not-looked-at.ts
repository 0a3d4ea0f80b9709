import type { CheckReport } from '#report/check-report';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';
import { unknownReasons } from '#report/unknown-reasons';

/** Gives what was not looked at and why: the reasons with the number of rules each keeps from judging; all of them with `verbose`, one paragraph otherwise. */
export function notLookedAt(report: CheckReport, style: Style, verbose: boolean): readonly string[] {
  const reasons = unknownReasons(report.outcomes);
  if (reasons.length === 0 && report.machine.notes.length === 0) return [];
  const lines: string[] = [];
  if (verbose) {
    for (const { reason, remedy, rules } of reasons) {
      lines.push(...wrap(`unknown  ${reason}: ${rules.join(', ')}`, style.width));
      if (remedy !== undefined) lines.push(style.dim(`         supplied by: ${printable(remedy)}`));
    }
    lines.push(...report.machine.notes.map(note => style.dim(`note     ${printable(note)}`)));
  } else if (reasons.length > 0) {
    const told = reasons
      .slice(0, 4)
      .map(({ reason, rules }) => `${reason}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`);
    const more = reasons.length > 4 ? ` · ${reasons.length - 4} more` : '';
    lines.push(
      ...wrap(`not looked at (${reasons.length})  ${told.join(' · ')}${more} · --verbose lists them`, style.width).map(
        line => style.dim(line),
      ),
    );
  }
  return lines.length > 0 ? [...lines, ''] : [];
}
