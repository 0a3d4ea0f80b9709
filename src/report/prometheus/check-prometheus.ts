import type { Outcome } from '#check/outcome';
import { valueIfKnown } from '#model/known';
import { type CheckReport, countOutcomes, countSeverities } from '#report/check-report';
import { clipped } from '#report/printable';

/** Series of one metric by rule and guest; where there would be more, guests are summed up. */
const mostSeries = 10_000;
/** Longer names are cut in labels; series that are the same then are added up. */
const mostOfLabel = 100;

/**
 * Gives the report as Prometheus text (exposition format 0.0.4), for the textfile collector of the node exporter: gauges only, without
 * time stamps of their own, which that collector refuses. Labels are the same in each series of a metric. How many series there are is
 * bounded: findings are counted by rule, severity and guest, devices with their guest; nothing found goes into a label; and beyond
 * `mostSeries` guests are summed up, which `nearmetal_guests_summed` tells.
 */
export function checkPrometheus(report: CheckReport): string {
  const { machine, outcomes, at, tookMs, exitCode, version, policy, problems = [], sinceThen } = report;
  const host = valueIfKnown(machine.host.name) ?? '';
  const { series, isSummed } = findingSeries(outcomes, host);
  const metrics: readonly Metric[] = [
    {
      name: 'nearmetal_info',
      help: 'Which nearmetal judged the host, by which policy; always 1.',
      series: [[{ host, version, policy }, 1]],
    },
    {
      name: 'nearmetal_last_run_timestamp_seconds',
      help: 'When the last check began.',
      series: [[{ host }, at.getTime() / 1000]],
    },
    {
      name: 'nearmetal_last_run_duration_seconds',
      help: 'How long the last check took.',
      series: [[{ host }, Math.round(tookMs) / 1000]],
    },
    {
      name: 'nearmetal_last_run_exit_code',
      help: 'Exit code of the last check: 0 nothing found, 1 nearmetal failed, 2 findings, 3 incomplete, 66 input unreadable.',
      series: [[{ host }, exitCode]],
    },
    {
      name: 'nearmetal_input_problems',
      help: 'What of the input could not be read, or departs from its schema.',
      series: [[{ host }, problems.length]],
    },
    {
      name: 'nearmetal_outcomes',
      help: 'Outcomes of the rules by kind: unknown is what could not be judged, crashed a fault of nearmetal.',
      series: Object.entries(countOutcomes(outcomes)).map(([kind, count]) => [
        { host, outcome: outcomeLabels[kind] ?? kind },
        count,
      ]),
    },
    {
      name: 'nearmetal_findings',
      help: 'Findings by severity, without the waived ones.',
      series: [...countSeverities(outcomes)].map(([severity, count]) => [{ host, severity }, count]),
    },
    ...(sinceThen === undefined
      ? []
      : [
          {
            name: 'nearmetal_since_findings',
            help: 'Findings compared with the earlier report of --since: new, standing, gone; not-judged: of then, and not looked at now.',
            series: (
              [
                ['new', sinceThen.fresh],
                ['standing', sinceThen.standing],
                ['gone', sinceThen.gone.length],
                ['not-judged', sinceThen.notJudged],
              ] as const
            ).map(([state, count]) => [{ host, state }, count] as const),
          },
          {
            name: 'nearmetal_since_timestamp_seconds',
            help: 'When that earlier report was made.',
            series: [[{ host }, Math.floor(Date.parse(sinceThen.time) / 1000)] as const],
          },
        ]),
    {
      name: 'nearmetal_rule_findings',
      help: 'Findings by rule and guest, without the waived ones; no guest: of the host. A rule without findings has no series.',
      series,
    },
    {
      name: 'nearmetal_guests_summed',
      help: 'Whether there were too many findings to tell the guests apart: then guest is * in nearmetal_rule_findings.',
      series: [[{ host }, isSummed ? 1 : 0]],
    },
  ];
  const lines = metrics.flatMap(metricLines);
  lines.push(...problems.map(({ message }) => `# problem: ${clipped(message, 500)}`));
  return `${lines.join('\n')}\n`;
}

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly series: readonly (readonly [Labels, number])[];
}

const outcomeLabels: Readonly<Record<string, string>> = { notApplicable: 'not-applicable' };

function findingSeries(
  outcomes: readonly Outcome[],
  host: string,
): { readonly series: Metric['series']; readonly isSummed: boolean } {
  const counted = countBy(outcomes, host, ({ subject }) =>
    subject.kind === 'guest' ? subject.name : (subject.guest ?? ''),
  );
  if (counted.length <= mostSeries) return { series: counted, isSummed: false };
  const summed = countBy(outcomes, host, ({ subject }) =>
    subject.kind === 'guest' || subject.guest !== undefined ? '*' : '',
  );
  return { series: summed, isSummed: true };
}

/** Series that have the same labels, after names were cut, are one: two of them would make the whole file unreadable. */
function countBy(
  outcomes: readonly Outcome[],
  host: string,
  guestOf: (outcome: Outcome) => string,
): readonly (readonly [Labels, number])[] {
  const series = new Map<string, { labels: Labels; count: number }>();
  for (const outcome of outcomes) {
    if (outcome.outcome !== 'bad') continue;
    const labels = {
      host,
      guest: clipped(guestOf(outcome), mostOfLabel),
      rule: outcome.rule.id,
      severity: outcome.severity,
    };
    const key = JSON.stringify(labels);
    const there = series.get(key);
    if (there === undefined) series.set(key, { labels, count: 1 });
    else there.count++;
  }
  return [...series.values()].map(({ labels, count }) => [labels, count]);
}

const metricLines = ({ name, help, series }: Metric): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...series.map(([labels, value]) => `${name}{${labelWords(labels)}} ${value}`),
];

const labelWords = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${clipped(value, mostOfLabel).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
    .join(',');
