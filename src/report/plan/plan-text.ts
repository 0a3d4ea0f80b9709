import { listNames } from '#check/list-names';
import type { ByHand, Plan, PlannedChange } from '#plan/plan';
import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import { planSections } from '#report/plan/plan-sections';
import { plannedChangeLines } from '#report/plan/planned-change-lines';
import { printable } from '#report/printable';

/** What a plan is shown with. */
export interface PlanShowing {
  /** Its name: `planId`. */
  readonly id: string;
  /** The file that it was written to; undefined: nowhere yet. */
  readonly file: string | undefined;
  readonly isVerbose: boolean;
}

/**
 * Gives a plan for people: the changes by when they are in force, each with its reasons and what it costs; what is left to a person; what is
 * left alone; and what applying it would do.
 */
export function planText(plan: Plan, showing: PlanShowing, style: Style): string {
  const { isVerbose } = showing;
  const lines = [...wrap(headerWords(plan, showing), style.width), ''];
  for (const { title, changes } of planSections(plan)) {
    lines.push(style.bold(printable(title)));
    for (const change of changes) {
      const like = changes.slice(0, changes.indexOf(change)).findLast(before => isForTheSame(before, change));
      lines.push(...plannedChangeLines(change, like, style, isVerbose), '');
    }
  }
  lines.push(...byHandLines(plan.byHand, style, isVerbose), ...blockedLines(plan, style));
  const migration = plan.changes.flatMap(change => change.migration ?? []);
  lines.push(...list('migration:', [...new Set(migration)], style));
  lines.push(...list('before you apply it:', plan.notes, style));
  lines.push(...wrap(applyWords(plan, showing), style.width));
  return `${lines.join('\n')}\n`;
}

const isForTheSame = (one: PlannedChange, other: PlannedChange): boolean =>
  one.because.length === other.because.length &&
  one.because.every(
    ({ rule, subject }, at) => other.because[at]?.rule === rule && other.because[at]?.subject === subject,
  );

function headerWords({ host, changes, source }: Plan, { id, file }: PlanShowing): string {
  const where = host.id === undefined && host.name === source ? source : `host ${host.name}`;
  const count = changes.length === 0 ? 'nothing to change' : counted(changes.length, 'change');
  const apply = host.id === undefined ? ` · nothing is touched` : ` · nothing is touched until: ${applyCommand(file)}`;
  const rest = changes.length === 0 ? '' : apply;
  return `plan ${id} · ${where} · ${count}${rest}`;
}

const applyCommand = (file: string | undefined): string =>
  file === undefined ? 'nearmetal apply PLAN (keep it first: nearmetal plan -o PLAN)' : `nearmetal apply ${file}`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Findings of one rule together: how each is put right stands in --verbose. */
function byHandLines(byHand: readonly ByHand[], style: Style, isVerbose: boolean): readonly string[] {
  if (byHand.length === 0) return [];
  const byRule = new Map<string, ByHand[]>();
  for (const one of byHand) byRule.set(one.rule, [...(byRule.get(one.rule) ?? []), one]);
  const told = isVerbose
    ? byHand.flatMap(one => [
        ...entry(one.severity, `${one.subject}: ${one.saw}  ${one.rule}`, style),
        ...wrap(one.doThis, style.width - 11).map(line => `           ${line}`),
      ])
    : [...byRule.values()].flatMap(([first, ...rest]) =>
        first === undefined
          ? []
          : entry(first.severity, `${subjects([first, ...rest])}: ${first.saw}  ${first.rule}`, style),
      );
  const how = isVerbose ? '' : ' (nearmetal plan --verbose says how)';
  return [style.bold(`left to you: ${counted(byHand.length, 'finding')}${how}`), ...told, ''];
}

const subjects = (all: readonly ByHand[]): string => listNames([...new Set(all.map(({ subject }) => subject))], 3);

function entry(severity: ByHand['severity'], text: string, style: Style): readonly string[] {
  const [first = '', ...rest] = wrap(text, style.width - 11);
  return [`  ${style.severity(severity, severity.padEnd(9))}${first}`, ...rest.map(line => `           ${line}`)];
}

function blockedLines({ blocked }: Plan, style: Style): readonly string[] {
  return list(
    'left alone:',
    blocked.map(({ on, why, doThis }) => `${on}: ${why}.${doThis === undefined ? '' : ` ${doThis}`}`),
    style,
  );
}

function list(title: string, texts: readonly string[], style: Style): readonly string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap(text =>
    wrap(text, style.width - 4).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`),
  );
  return [style.bold(title), ...lines, ''];
}

/** What `nearmetal apply` would do with it, in one sentence. */
function applyWords({ changes, blocked, host }: Plan, { file }: PlanShowing): string {
  if (changes.length === 0) return blocked.length > 0 ? 'Nothing here can be changed from here.' : 'Nothing to apply.';
  if (host.id === undefined)
    return 'nearmetal apply refuses this plan, for it does not know the machine; nearmetal plan --format diff prints what patch(1) takes.';
  const of = (isIt: (change: PlannedChange) => boolean): number => changes.filter(isIt).length;
  const definitions = of(({ change }) => change.kind === 'domain-xml');
  const running = of(({ change }) => change.kind === 'domain-live');
  const ofHost = changes.length - definitions - running;
  const parts = [
    ...(ofHost > 0 ? [`make ${counted(ofHost, 'change')} to the host`] : []),
    ...(running > 0 ? [`change ${counted(running, 'running guest')}`] : []),
    ...(definitions > 0 ? [`define ${counted(definitions, 'guest')} anew`] : []),
  ];
  const waiting = changes.filter(({ epoch }) => epoch === 'guest-power-cycle').map(({ change }) => change.on);
  const guests = [...new Set(waiting)];
  const later = [
    ...(of(({ epoch }) => epoch === 'daemon-restart') > 0 ? ['a daemon is restarted'] : []),
    ...(guests.length > 0 ? [`${listNames(guests, 5)} ${guests.length === 1 ? 'was' : 'were'} off and on again`] : []),
    ...(of(({ epoch }) => epoch === 'host-reboot') > 0 ? ['the host was rebooted'] : []),
  ];
  const rest =
    later.length === 0
      ? 'All of it is in force at once.'
      : `Not all is in force before ${later.join(' and ')}, which it leaves to you.`;
  return `${applyCommand(file)} would back up what it touches, then ${parts.join(', ')}. ${rest}`;
}
