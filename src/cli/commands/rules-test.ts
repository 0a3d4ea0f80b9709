import { resolve } from 'node:path';
import type { CommonOptions } from '#cli/common-options';
import { ruleConformance } from '#cli/examples/rule-conformance';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { inputError } from '#cli/request-error';
import { loadSiteRules } from '#cli/site-rules/load-site-rules';
import { tellProblems } from '#cli/tell-problems';
import { type RuleTest, rulesTestText } from '#report/human/rules-test-text';

/** `nearmetal rules test DIR`: holds a site's own rules to what all rules are held to. */
export async function rulesTest(folders: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { rules, problems } = await loadSiteRules(folders.map(folder => resolve(folder)));
  if (rules.length === 0 && problems.length === 0)
    throw inputError(
      `there is no rule in ${folders.join(', ')}`,
      'a rule is a file that ends in .mjs and does not begin with _ or a dot',
    );
  const tests: readonly RuleTest[] = rules.map(({ rule, file }) => ({
    rule: rule.id,
    file,
    checks: ruleConformance(rule),
  }));
  const passed = tests.every(({ checks }) => checks.every(({ faults }) => faults.length === 0));
  await output.write(
    options.format === 'json'
      ? jsonText({ schema: 'nearmetal.rules-test/1', passed: passed && problems.length === 0, rules: tests, problems })
      : rulesTestText(tests, output.style, options.verbose === true),
  );
  tellProblems(problems);
  if (problems.length > 0) return exitCodes.input;
  return passed ? exitCodes.ok : exitCodes.findings;
}
