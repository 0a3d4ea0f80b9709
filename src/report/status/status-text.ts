import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import type { KnobView, StandingView, StatusView } from '#report/status/status-view';

/** Gives what is ours on a machine for people: what is not as it should be first; what holds only in a line unless more is wanted. */
export function statusText(
  { host, unfinished, changes, undone, knobs, moved }: StatusView,
  style: Style,
  isVerbose: boolean,
): string {
  const shown = changes.filter(({ is }) => isVerbose || (is !== 'holds' && is !== 'not-live' && is !== 'over'));
  const drifted = knobs.filter(({ isDrifted }) => isDrifted);
  const lines = [
    ...unfinished.flatMap(({ says, next }) => [
      style.severity('error', `✗ ${printable(says)}`),
      ...next.map(one => `  ${one.says}: ${printable(one.command)}`),
    ]),
    ...shown.flatMap(change => standingLines(change, style)),
    ...undone.flatMap(({ run, number, lines: made }) => [
      `run ${run}, change ${number}: ${printable(made.join('; '))}`,
      '  … taken back; it stays in force until a restart',
    ]),
    ...(drifted.length === 0 ? [] : ['', 'What is not as it was recommended:', ...table(drifted)]),
    ...(moved.length === 0 ? [] : ['', `Somebody else has written to these since: ${printable(moved.join(', '))}`]),
  ];
  return [
    ...lines,
    ...(lines.length === 0 ? [] : ['']),
    style.bold(`${printable(host.name)}: ${summary(changes, undone.length)}`),
    '',
  ].join('\n');
}

const words: Readonly<Record<StandingView['is'], string>> = {
  holds: '✓ holds',
  waits: '… made; in force after a restart',
  pending: '… not made yet',
  'taken-back': '✗ taken back by somebody else',
  drifted: '✗ drifted',
  'broken-off': '✗ broken off',
  failed: '✗ failed',
  over: '– lasted until a reboot, or the end of its guest’s run',
  'not-live': '– not live',
  unreadable: '✗ cannot be read',
};

/** How a change stands, in words. */
export const standingWords = ({ is, now, why }: Pick<StandingView, 'is' | 'now' | 'why'>): string => {
  const said = is === 'drifted' && now !== undefined ? `: it is ${now}` : '';
  return printable(`${words[is]}${said}${why === undefined ? '' : `: ${why}`}`);
};

function standingLines(change: StandingView, style: Style): readonly string[] {
  const said = standingWords(change);
  return [
    `run ${change.run}, change ${change.number}: ${printable(change.lines.join('; '))}`,
    `  ${said.startsWith('✗') ? style.severity('error', said) : said.startsWith('✓') ? style.good(said) : said}`,
  ];
}

function table(rows: readonly KnobView[]): readonly string[] {
  const cell = (value: string | null | undefined): string => (value === undefined ? '·' : (value ?? 'not set'));
  const cells = rows.map(({ knob, recommended, configured, running }) =>
    [knob, cell(recommended), cell(configured), cell(running)].map(printable),
  );
  const all = [['knob', 'recommended', 'configured', 'running'], ...cells];
  const widths = [0, 1, 2, 3].map(column => Math.max(...all.map(row => row[column]?.length ?? 0)));
  return all.map(row => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function summary(changes: readonly StandingView[], undone: number): string {
  const back = undone === 0 ? '' : `; ${undone} taken back, waiting for a restart`;
  if (changes.length === 0) return `nothing here is nearmetal’s${back}.`;
  const count = (...which: readonly StandingView['is'][]): number =>
    changes.filter(({ is }) => which.includes(is)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('holds'), 'holding'],
    [count('waits', 'pending'), 'waiting for a restart'],
    [count('drifted', 'taken-back'), 'drifted'],
    [count('broken-off', 'failed'), 'broken off or failed'],
    [count('unreadable'), 'not readable'],
    [count('not-live', 'over'), 'not live'],
  ];
  const told = parts.flatMap(([number, says]) => (number === 0 ? [] : [`${number} ${says}`]));
  return `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} in place: ${told.join(', ')}${back}.`;
}
