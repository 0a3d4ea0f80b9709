import type { Outcome } from '#check/outcome';
import type { CheckReport } from '#report/check-report';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';

type UnknownOutcome = Extract<Outcome, { readonly outcome: 'unknown' }>;

/** Gives what was not looked at and why: the reasons with the number of rules each keeps from judging; all of them with `verbose`, one paragraph otherwise. */
export function notLookedAt(report: CheckReport, style: Style, verbose: boolean): readonly string[] {
  const reasons = new Map<string, UnknownOutcome[]>();
  for (const outcome of report.outcomes) {
    if (outcome.outcome !== 'unknown') continue;
    const key = outcome.reason;
    reasons.set(key, [...(reasons.get(key) ?? []), outcome]);
  }
  if (reasons.size === 0 && report.machine.notes.length === 0) return [];
  const sorted = [...reasons].sort(([, a], [, b]) => b.length - a.length);
  const lines: string[] = [];
  if (verbose) {
    for (const [reason, outcomes] of sorted) {
      const rules = [...new Set(outcomes.map(outcome => outcome.rule.id))];
      lines.push(...wrap(`unknown  ${reason}: ${rules.join(', ')}`, style.width));
      const remedy = outcomes.find(outcome => outcome.remedy !== undefined)?.remedy;
      if (remedy !== undefined) lines.push(style.dim(`         supplied by: ${printable(remedy)}`));
    }
    lines.push(...report.machine.notes.map(note => style.dim(`note     ${printable(note)}`)));
  } else if (reasons.size > 0) {
    const told = sorted.slice(0, 4).map(([reason, outcomes]) => {
      const rules = new Set(outcomes.map(outcome => outcome.rule.id)).size;
      return `${reason}: ${rules} ${rules === 1 ? 'rule' : 'rules'}`;
    });
    const more = sorted.length > 4 ? ` · ${sorted.length - 4} more` : '';
    lines.push(
      ...wrap(`not looked at (${reasons.size})  ${told.join(' · ')}${more} · --verbose lists them`, style.width).map(
        line => style.dim(line),
      ),
    );
  }
  return lines.length > 0 ? [...lines, ''] : [];
}
