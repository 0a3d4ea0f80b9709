import type { Log, Result } from 'sarif';
import type { Rule } from '#check/define-rule';
import { type CheckReport, countOutcomes } from '#report/check-report';
import { sarifInvocation, sarifNotices } from '#report/sarif/sarif-invocation';
import { sarifPlaces } from '#report/sarif/sarif-places';
import { sarifResult } from '#report/sarif/sarif-result';
import { sarifRule } from '#report/sarif/sarif-rule';

/**
 * Gives the report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): a result for each finding, with line and column
 * in the domain XML where one was given; the rules that found something, with their pages; what could not be judged as notifications.
 * What is good or does not apply is only counted.
 */
export function checkSarif(report: CheckReport): Log {
  const places = sarifPlaces(report);
  const rules = new Map<Rule, number>();
  const results: Result[] = [];
  for (const outcome of report.outcomes) {
    if (outcome.outcome !== 'bad' && outcome.outcome !== 'waived') continue;
    const index = rules.get(outcome.rule) ?? rules.size;
    rules.set(outcome.rule, index);
    results.push(sarifResult(outcome, index, places, report));
  }
  const invocation = sarifInvocation(report, places);
  const bases = places.bases();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nearmetal',
            version: report.version,
            semanticVersion: report.version,
            rules: [...rules.keys()].map(sarifRule),
            notifications: [...sarifNotices],
          },
        },
        language: 'en',
        columnKind: 'unicodeCodePoints',
        ...(bases === undefined ? {} : { originalUriBaseIds: bases }),
        invocations: [invocation],
        results,
        properties: { policy: report.policy, outcomes: countOutcomes(report.outcomes) },
      },
    ],
  };
}
