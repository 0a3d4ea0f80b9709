import { listNames } from '#check/list-names';
import type { PlannedChange } from '#plan/plan';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { printable } from '#report/printable';

const indent = 6;
const label = 9;

/** Reasons and costs beyond these are counted, unless all is asked for. */
const most = 5;

/**
 * Gives a change for people: what it does, why, what it costs and gives up, who else has a hand in it, and the lines that change. `like`: the
 * change before it that is made for the same reasons, which are not told again.
 */
export function plannedChangeLines(
  planned: PlannedChange,
  like: PlannedChange | undefined,
  style: Style,
  isVerbose: boolean,
): readonly string[] {
  const { number, change, because, waitsFor, costs, tradeOffs, owners, unseen } = planned;
  const few = <T>(all: readonly T[]): readonly T[] => (isVerbose ? all : all.slice(0, most));
  const more = (all: readonly unknown[]): readonly string[] =>
    isVerbose || all.length <= most ? [] : [`… ${all.length - most} more · --verbose`];
  const texts: readonly (readonly [string, readonly string[]])[] = [
    [
      'because',
      like !== undefined
        ? [`the same as ${like.number}`]
        : [...few(because).map(({ saw, rule, subject }) => `${subject}: ${saw}  ${rule}`), ...more(because)],
    ],
    [
      'waits',
      waitsFor.length === 0
        ? []
        : [`for what ${listNames(waitsFor.map(String))} ${waitsFor.length === 1 ? 'does' : 'do'} to be in force`],
    ],
    ['costs', like === undefined ? [...few(costs), ...more(costs)] : []],
    [
      'instead',
      few(like === undefined ? tradeOffs : []).map(
        ({ instead, gained, lost }) => `of ${instead}; gained: ${bare(gained)}; lost: ${bare(lost)}.`,
      ),
    ],
    ['set by', owners.length === 0 ? [] : [`${listNames(owners, 6)} as well`]],
    ['unseen', unseen === undefined ? [] : [`${unseen}; so no diff, only the values`]],
  ];
  return [
    `${String(number).padStart(indent - 2)}  ${style.bold(headline(change))}`,
    ...texts.flatMap(([name, all]) => labelled(name, all, style)),
    ...diffLines(planned, style, isVerbose),
  ];
}

const bare = (text: string): string => text.replace(/\.$/, '') || 'nothing known';

function headline({ kind, on }: PlannedChange['change']): string {
  const name = printable(on);
  switch (kind) {
    case 'domain-xml':
      return `definition of ${name}`;
    case 'domain-live':
      return `${name}, while it runs`;
    default:
      return name;
  }
}

function labelled(name: string, texts: readonly string[], style: Style): readonly string[] {
  return texts.flatMap((text, at) => {
    const [first = '', ...rest] = wrap(text, style.width - indent - label);
    const lead = style.dim((at === 0 ? name : '').padEnd(label));
    return [`${' '.repeat(indent)}${lead}${first}`, ...rest.map(line => `${' '.repeat(indent + label)}${line}`)];
  });
}

/** The lines that come and go; all of the diff where more is asked for. */
function diffLines({ diff }: PlannedChange, style: Style, isVerbose: boolean): readonly string[] {
  const all = diff.split('\n').filter(line => line !== '');
  const shown = isVerbose ? all : all.filter(line => !/^(?: |@@|--- |\+\+\+ \/dev\/null|\\ No newline)/.test(line));
  return shown.map(line => {
    const safe = printable(line);
    const dress = line.startsWith('+') ? style.good : line.startsWith('-') ? removed(style) : style.dim;
    return `${' '.repeat(indent)}${dress(safe)}`;
  });
}

const removed =
  (style: Style) =>
  (line: string): string =>
    style.severity('warning', line);
