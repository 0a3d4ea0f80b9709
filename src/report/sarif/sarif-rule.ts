import type { ReportingDescriptor, Result } from 'sarif';
import type { Rule } from '#check/define-rule';
import type { Severity } from '#check/verdict';
import { ruleHelp } from '#report/docs/rule-page';

/** SARIF has no hints. */
export const sarifLevels: Readonly<Record<Severity, NonNullable<Result['level']>>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** What code scanning of GitHub sorts by. */
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
  hint: 'recommendation',
};

/** Gives a rule as SARIF describes it, with its page as help. */
export function sarifRule(rule: Rule): ReportingDescriptor {
  const area = rule.id.slice(0, rule.id.indexOf('/'));
  return {
    id: rule.id,
    ...(rule.aliases === undefined || rule.aliases.length === 0 ? {} : { deprecatedIds: [...rule.aliases] }),
    shortDescription: { text: rule.says },
    fullDescription: { text: rule.because },
    help: { text: [rule.because, ...rule.costs].join('\n'), markdown: ruleHelp(rule) },
    defaultConfiguration: { level: sarifLevels[rule.severity] },
    properties: {
      tags: [area, ...(rule.guide.length > 0 ? rule.guide.map(section => `guide-${section}`) : ['beyond-guide'])],
      'problem.severity': problemSeverities[rule.severity],
    },
  };
}
