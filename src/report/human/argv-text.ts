import type { ArgvDocument } from '#report/argv/argv-schema';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';
import { quoteShellWord } from '#units/quote-shell-word';

type Place = ArgvDocument['silent'][number];
type Tie = ArgvDocument['arguments'][number]['ties'][number];

/**
 * Gives a guest's command line for a person: first what would break, then an argument a line with the element it comes from, then what
 * of the XML gives none, and where a running guest differs.
 */
export function argvText(report: ArgvDocument, style: Style): string {
  const lines: string[] = [];
  const say = (text: string, indent = 0, dress = (line: string): string => line): void => {
    for (const line of wrap(text, style.width - indent)) lines.push(`${' '.repeat(indent)}${dress(line)}`);
  };
  say(`${report.guest}: QEMU command line ${report.origin}`, 0, style.bold);
  say(`lines are those of ${report.xml}`, 0, style.dim);
  lines.push(...breakLines(report, style));
  if (report.program !== undefined) {
    lines.push('');
    for (const { name, value, ties } of report.environment) {
      lines.push(`${name}=${quoteShellWord(printable(value))}`);
      for (const tie of ties) say(tieWords(tie), 6, style.dim);
    }
    lines.push(style.bold(quoteShellWord(printable(report.program.path))));
    for (const tie of report.program.ties) say(tieWords(tie), 6, style.dim);
  }
  for (const { words, ties, own, ownFields, serves } of report.arguments) {
    lines.push(`  ${words.map(word => quoteShellWord(printable(word))).join(' ')}`);
    if (ties.length > 0) {
      for (const tie of ties) say(tieWords(tie), 6, style.dim);
      if (ownFields !== undefined) say(`libvirt’s own: ${ownFields.join(', ')}`, 6, style.dim);
    } else
      say(
        `${own === undefined ? 'comes from nothing that is known' : `libvirt’s own: ${own}`}${serveWords(serves)}`,
        6,
        style.dim,
      );
  }
  lines.push(...silentLines(report, style), ...runningLines(report, style));
  for (const note of report.notes) {
    lines.push('');
    say(note, 0, style.dim);
  }
  lines.push('');
  say(summaryWords(report));
  return `${lines.join('\n')}\n`;
}

function breakLines({ breaks, refused }: ArgvDocument, style: Style): readonly string[] {
  const lines: string[] = [];
  const say = (severity: 'error' | 'warning', text: string, more: readonly string[]): void => {
    const [first = '', ...rest] = wrap(text, style.width - 9);
    lines.push(
      '',
      `${style.severity(severity, severity.padEnd(8))} ${first}`,
      ...rest.map(line => `${' '.repeat(9)}${line}`),
    );
    for (const line of more.flatMap(one => wrap(one, style.width - 9)))
      lines.push(`${' '.repeat(9)}${style.dim(line)}`);
  };
  if (refused !== undefined)
    say('error', `libvirt builds no command line of it: ${refused.message}`, [
      ...(refused.path === undefined || refused.line === undefined
        ? []
        : [placeWords({ path: refused.path, line: refused.line })]),
    ]);
  for (const one of breaks)
    say(one.severity, one.says, [
      `at     ${placeWords(one)}`,
      ...(one.wants === undefined ? [] : [`wants  ${one.wants}`]),
      `says   ${one.source}`,
    ]);
  return lines;
}

function silentLines({ silent }: ArgvDocument, style: Style): readonly string[] {
  if (silent.length === 0) return [];
  return [
    '',
    ...wrap(
      'No argument comes from these: this libvirt does not know them, or sets them up after the start.',
      style.width,
    ),
    ...silent.map(place => `  ${placeWords(place)}`),
  ];
}

function runningLines({ running }: ArgvDocument, style: Style): readonly string[] {
  if (running === undefined) return [];
  const { pid, onlyRunning, onlyDefined } = running;
  if (onlyRunning.length === 0 && onlyDefined.length === 0)
    return ['', `The running QEMU (process ${pid}) has the same arguments.`];
  const list = (title: string, rows: typeof onlyRunning): readonly string[] =>
    rows.length === 0
      ? []
      : [
          style.bold(title),
          ...rows.flatMap(({ words, ties }) => [
            `  ${words.map(word => quoteShellWord(printable(word))).join(' ')}`,
            ...ties.map(tie => style.dim(`      ${tieWords(tie)}`)),
          ]),
        ];
  return [
    '',
    ...list(`only the running QEMU has (process ${pid}; lines of its live XML)`, onlyRunning),
    ...list('it gets at its next start', onlyDefined),
  ];
}

function summaryWords({ summary, breaks, refused, from }: ArgvDocument): string {
  const { arguments: all, tied, own, untied, errors, warnings } = summary;
  const counts = `${all} arguments: ${tied} come from the XML, ${own} are libvirt’s own${untied > 0 ? `, ${untied} come from nothing that is known` : ''}`;
  const broken =
    breaks.length === 0 && refused === undefined
      ? 'nothing that the installed QEMU is known to lack'
      : [count(errors, 'error'), count(warnings, 'warning')].filter(word => word !== undefined).join(', ');
  // without libvirt nobody said what this QEMU has
  if (from !== 'libvirt') return counts;
  return `${refused === undefined ? `${counts}; ` : ''}${broken}`;
}

const count = (number: number, word: string): string | undefined =>
  number === 0 ? undefined : `${number} ${word}${number === 1 ? '' : 's'}`;

/** `devices/disk[2]/target @bus, line 40: bootindex`. */
function tieWords(tie: Tie): string {
  return `← ${placeWords(tie)}${tie.fields === undefined ? '' : `: ${tie.fields.join(', ')}`}`;
}

const placeWords = ({ path, attribute, line }: Pick<Place, 'path' | 'attribute' | 'line'>): string =>
  `${path === '/domain' ? 'domain' : path.replace(/^\/domain\//, '')}${attribute === undefined ? '' : ` @${attribute}`}, line ${line}`;

const serveWords = (serves: readonly Place[] | undefined): string =>
  serves === undefined || serves.length === 0 ? '' : `; here for ${serves.map(placeWords).join('; ')}`;
