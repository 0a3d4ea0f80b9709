import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';

/** What holding one rule to what all rules are held to came to. */
export interface RuleTest {
  readonly rule: string;
  readonly file: string;
  readonly checks: readonly { readonly name: string; readonly faults: readonly string[] }[];
}

/** Gives the result for a person: each rule with what it falls short of; `isVerbose`: also what holds. */
export function rulesTestText(tests: readonly RuleTest[], style: Style, isVerbose: boolean): string {
  const lines: string[] = [];
  for (const { rule, file, checks } of tests) {
    const failed = checks.filter(({ faults }) => faults.length > 0);
    lines.push(`${style.bold(rule)}  ${style.dim(file)}`);
    for (const { name, faults } of isVerbose ? checks : failed) {
      lines.push(`  ${faults.length === 0 ? style.good('holds ') : style.severity('error', 'FAILS ')} ${name}`);
      for (const fault of faults) lines.push(...wrap(fault, style.width - 9).map(line => `         ${line}`));
    }
    if (failed.length === 0) lines.push(`  ${style.good('holds ')} all ${checks.length} checks`);
    lines.push('');
  }
  const bad = tests.filter(({ checks }) => checks.some(({ faults }) => faults.length > 0)).length;
  const count = `${tests.length} ${tests.length === 1 ? 'rule' : 'rules'}`;
  lines.push(bad === 0 ? `${count}: as a rule should be` : `${count}: ${bad} ${bad === 1 ? 'falls' : 'fall'} short`);
  return `${lines.join('\n')}\n`;
}
