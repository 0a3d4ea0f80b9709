import type { Invocation, Notification, ReportingDescriptor } from 'sarif';
import type { CheckReport } from '#report/check-report';
import { printable } from '#report/printable';
import { sarifMessage } from '#report/sarif/sarif-message';
import type { SarifPlaces } from '#report/sarif/sarif-places';
import { subjectName } from '#report/subject-words';
import { unknownReasons } from '#report/unknown-reasons';

/** What may be said of a run beside its results. */
export const sarifNotices: readonly ReportingDescriptor[] = [
  {
    id: 'input-problem',
    shortDescription: { text: 'Something of the input could not be read, or departs from its schema.' },
  },
  { id: 'rule-failed', shortDescription: { text: 'A rule failed: a fault of nearmetal, not of the machine.' } },
  {
    id: 'not-judged',
    shortDescription: { text: 'Rules that could not be judged, and what would supply what they lack.' },
  },
  { id: 'note', shortDescription: { text: 'A note about what was read.' } },
];

const exitWords: Readonly<Record<number, string>> = {
  0: 'nothing at or above --fail-on was found',
  1: 'nearmetal failed',
  2: 'findings',
  3: 'some rule could not be judged (--strict)',
  66: 'some of the input could not be read, or departs from its schema',
};

/** Gives the run itself: when, where, to what end, and what is to be said beside its results. Nothing of the command line, which may hold secrets. */
export function sarifInvocation(report: CheckReport, places: SarifPlaces): Invocation {
  const { at, tookMs, exitCode, folder } = report;
  const notifications = notificationsOf(report, places);
  const words = exitWords[exitCode];
  return {
    executionSuccessful: exitCode !== 1 && exitCode !== 66,
    exitCode,
    ...(words === undefined ? {} : { exitCodeDescription: words }),
    startTimeUtc: at.toISOString(),
    endTimeUtc: new Date(at.getTime() + Math.round(tookMs)).toISOString(),
    ...(folder === undefined ? {} : { workingDirectory: { uri: `file://${encodeURI(folder.replace(/\/*$/, '/'))}` } }),
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function notificationsOf(report: CheckReport, places: SarifPlaces): Notification[] {
  const notify = (
    id: string,
    level: NonNullable<Notification['level']>,
    text: string,
    more: Partial<Notification> = {},
  ): Notification => ({
    descriptor: { id, index: sarifNotices.findIndex(notice => notice.id === id) },
    level,
    message: sarifMessage(text),
    ...more,
  });
  return [
    ...(report.problems ?? []).map(({ message, doThis, place }) => {
      const location = place === undefined ? undefined : places.ofPlace(place);
      return notify('input-problem', 'error', doThis === undefined ? message : `${message} ${doThis}`, {
        ...(location === undefined ? {} : { locations: [location] }),
      });
    }),
    ...report.outcomes.flatMap(outcome =>
      outcome.outcome === 'crashed'
        ? [
            notify(
              'rule-failed',
              'error',
              `${outcome.rule.id} on ${subjectName(outcome.subject)}: ${outcome.error.message}`,
              {
                exception: { kind: outcome.error.name, message: printable(outcome.error.message) },
              },
            ),
          ]
        : [],
    ),
    ...unknownReasons(report.outcomes).map(({ reason, remedy, rules }) =>
      notify(
        'not-judged',
        'note',
        `${reason}: ${rules.join(', ')}${remedy === undefined ? '' : `; supplied by: ${remedy}`}`,
      ),
    ),
    ...report.machine.notes.map(note => notify('note', 'note', note)),
  ];
}
