import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import type { ChangeResult, ChangeView, RunView } from '#report/run/run-view';

/** Gives a run for people. */
export function runText(view: RunView, style: Style): string {
  const { changes, foreign, next } = view;
  return [
    ...changes.flatMap(change => changeLines(change, view, style)),
    ...(foreign.length === 0
      ? []
      : ['', `Somebody else has changed these as well; that was left: ${printable(foreign.join(', '))}`]),
    ...(changes.length === 0 ? [] : ['']),
    style.bold(summary(view)),
    ...next.map(({ says, command }) => `  ${says}: ${printable(command)}`),
    '',
  ].join('\n');
}

function changeLines(
  { number, lines, result, why, doThis, found }: ChangeView,
  { doing }: RunView,
  style: Style,
): readonly string[] {
  const [first = '', ...more] = lines.map(line => printable(line));
  const mark = marks[result];
  const word = words[result];
  const dressed = bad.has(result)
    ? style.severity('error', `${mark} ${word}`)
    : result === 'held'
      ? style.good(`${mark} ${word}`)
      : `${mark} ${word}`;
  const says = doing === 'undo' ? (undoneWords(result, style) ?? dressed) : dressed;
  return [
    `${String(number).padStart(3)}  ${first}`,
    ...more.map(line => `     ${line}`),
    `     ${says}${why === undefined ? '' : `: ${printable(why)}`}${found === undefined ? '' : `: it is ${printable(found)}`}`,
    ...(doThis === undefined ? [] : [`     ${style.dim(printable(doThis))}`]),
  ];
}

function undoneWords(result: ChangeResult, style: Style): string | undefined {
  if (result === 'held') return style.good('✓ taken back');
  return result === 'waits' ? '… taken back; not in force before a restart' : undefined;
}

const bad: ReadonlySet<ChangeResult> = new Set(['failed', 'stale', 'obstacle', 'unreadable', 'blocked', 'broken-off']);

const marks: Readonly<Record<ChangeResult, string>> = {
  held: '✓',
  waits: '…',
  pending: '…',
  'not-live': '–',
  already: '–',
  declined: '–',
  differs: '–',
  failed: '✗',
  'broken-off': '✗',
  untouched: '·',
  'to-do': '→',
  stale: '✗',
  obstacle: '✗',
  unreadable: '✗',
  blocked: '✗',
};

const words: Readonly<Record<ChangeResult, string>> = {
  held: 'made, and read back',
  waits: 'made, and read back; not in force before a restart',
  pending: 'not made yet',
  'not-live': 'not live: there is no running machine',
  already: 'it is so already',
  declined: 'not wanted',
  differs: 'left as somebody else has set it',
  failed: 'failed',
  'broken-off': 'broken off',
  untouched: 'not done',
  'to-do': 'would be done',
  stale: 'not as it was when the plan was made',
  obstacle: 'cannot be done here',
  unreadable: 'cannot be read',
  blocked: 'left alone',
};

function summary({ result, doing, run, of, changes, host, isDry }: RunView): string {
  const count = (...results: readonly ChangeResult[]): number =>
    changes.filter(change => results.includes(change.result)).length;
  const made = count('held', 'waits');
  const name = printable(host.name);
  const what = doing === 'undo' ? `undo of run ${of}` : doing;
  const done = doing === 'undo' ? 'taken back' : 'made';
  const said = run === undefined ? '' : ` Run ${run}.`;
  switch (result) {
    case 'nothing-to-do':
      return `${name}: nothing to do.`;
    case 'to-do':
      return `${name}: ${plural(count('to-do'), doing === 'restore' ? 'copy' : 'change')} would be ${doing === 'undo' ? 'taken back' : doing === 'restore' ? 'put back' : 'made'}; nothing was written.`;
    case 'refused':
      return `${name}: ${plural(count('stale', 'obstacle', 'unreadable', 'blocked'), 'change')} cannot be made as planned, so nothing ${isDry ? 'would be' : 'was'} changed.`;
    case 'held':
      return `${name}: ${what} done, ${plural(made, 'change')}${others(count('not-live'), 'not live')}.${said}`;
    case 'pending':
      return `${name}: ${what} done as far as can be, ${plural(made, 'change')}; ${plural(count('waits', 'pending'), 'change')} ${count('waits', 'pending') === 1 ? 'waits' : 'wait'} for a restart.${said}`;
    case 'failed':
      return `${name}: ${what} stopped, ${plural(made, 'change')} ${done}, ${plural(count('failed'), 'change')} failed, ${count('untouched')} not begun.${said}`;
    case 'interrupted':
      return `${name}: ${what} interrupted, ${plural(made, 'change')} ${done}, ${count('untouched')} not begun.${said}`;
  }
}

const plural = (count: number, word: string): string =>
  `${count} ${count === 1 ? word : word === 'copy' ? 'copies' : `${word}s`}`;
const others = (count: number, word: string): string => (count === 0 ? '' : `, ${count} ${word}`);
