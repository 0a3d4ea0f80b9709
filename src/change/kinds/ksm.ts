import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { fileKnob } from '#change/kinds/knob-file';
import type { Observed } from '#change/observed';
import type { Step } from '#change/step';
import { isInRange, parseVersion } from '#units/version';

/**
 * The knobs of KSM that move together: merge_across_nodes and max_page_sharing can be written only while no page is merged, so
 * they are one state with `run`; linux admin-guide/mm/ksm.rst. Undo restores the knobs; pages merged before come back slowly.
 * A knob that is undefined is not concerned.
 */
export interface KsmState {
  readonly run: number;
  readonly mergeAcrossNodes?: number | undefined;
  readonly maxPageSharing?: number | undefined;
}

const folder = '/sys/kernel/mm/ksm';

/** How long ksmd may take to give all pages back, in seconds: it copies each. */
const patience = 600;

/** Sets KSM as a whole; persisted separately (tmpfiles or the ksm service). */
export const setKsm = (before: KsmState, after: KsmState): Change<'ksm', KsmState> => ({
  kind: 'ksm',
  on: folder,
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});

const scopes = [
  { key: 'mergeAcrossNodes', file: 'merge_across_nodes', least: 0, most: 1 },
  { key: 'maxPageSharing', file: 'max_page_sharing', least: 2, most: Number.MAX_SAFE_INTEGER },
] as const;

const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

const isState = (value: unknown): value is KsmState => {
  if (typeof value !== 'object' || value === null || !('run' in value) || !isWithin(value.run, 0, 2)) return false;
  const parts: Readonly<Record<string, unknown>> = { ...value };
  return scopes.every(({ key, least, most }) => parts[key] === undefined || isWithin(parts[key], least, most));
};

/** `ksm`: what the host merges, and how far. */
export const ksmKind = defineKind<'ksm', KsmState>({
  kind: 'ksm',
  isState,
  faultOf: on => (on === folder ? undefined : `“${on}” is not ${folder}`),
  knobs: change => [
    // where KSM is off and stays so, whether it runs is another change's affair
    ...(change.before.run === change.after.run && change.after.run !== 1
      ? []
      : [fileKnob(`${folder}/run`, String(change.after.run))]),
    ...concerned(change)
      .filter(({ key }) => change.before[key] !== change.after[key])
      .map(({ key, file }) => fileKnob(`${folder}/${file}`, String(change.after[key]))),
  ],
  looks: change =>
    [...['run', 'pages_shared', 'pages_sharing'], ...concerned(change).map(({ file }) => file)]
      .map(name => `${folder}/${name}`)
      .concat('/proc/meminfo', release, balancing)
      .map(path => ({ look: 'file', path })),
  state: (change, seen) => {
    const run = numberOf(seen, 'run') ?? 0;
    const isNamed = (name: (typeof scopes)[number]['key']): boolean =>
      concerned(change).some(({ key }) => key === name);
    return {
      run: told(change, run, seen),
      ...(isNamed('mergeAcrossNodes') && { mergeAcrossNodes: numberOf(seen, 'merge_across_nodes') }),
      ...(isNamed('maxPageSharing') && { maxPageSharing: numberOf(seen, 'max_page_sharing') }),
    };
  },
  steps: (change, seen) => {
    const { after, before } = change;
    const now = numberOf(seen, 'run') ?? 0;
    const merged = numberOf(seen, 'pages_shared') ?? 0;
    const wrong = concerned(change).filter(({ key, file }) => numberOf(seen, file) !== after[key]);
    // whoever else starts and stops it goes on to do so; but 2 is our own state on the way
    const run = before.run === after.run && now !== 2 ? now : after.run;
    const mustGiveBack = wrong.length > 0 && (now === 1 || merged > 0);
    const at = mustGiveBack ? 2 : now;
    return [
      ...(mustGiveBack ? giveBack(now) : []),
      ...wrong.map(({ key, file }) => write(file, after[key])),
      ...(at === run || (!mustGiveBack && told(change, now, seen) === run) ? [] : [write('run', run)]),
    ];
  },
  obstacle: (change, seen) => {
    if (seen.file(`${folder}/run`) === undefined) return 'this kernel has no KSM';
    const { after } = change;
    const lacking = concerned(change).find(({ file }) => numberOf(seen, file) === undefined);
    if (lacking !== undefined) return `this kernel's KSM has no ${lacking.file}`;
    const isNew = concerned(change).some(({ key, file }) => numberOf(seen, file) !== after[key]);
    const sharing = numberOf(seen, 'pages_sharing') ?? 0;
    if (isNew && sharing > 0 && keepsWatchedPages(seen))
      return `Linux 6.1 to 6.5 does not give back merged pages that NUMA balancing watches, and then refuses another scope: set it before guests run, or start them anew with KSM stopped, and then sysctl kernel.numa_balancing=0 before KSM runs again`;
    const available = /^MemAvailable:\s+(\d{1,15}) kB$/m.exec(seen.file('/proc/meminfo') ?? '')?.[1];
    if (!(isNew || after.run === 2) || available === undefined) return undefined;
    const needed = sharing * smallestPageKib;
    return needed > Number(available)
      ? `all guests get their own pages again, which takes at least ${needed} KiB, and ${available} KiB are available`
      : undefined;
  },
  isSame: (one, other) =>
    one.run === other.run &&
    one.mergeAcrossNodes === other.mergeAcrossNodes &&
    one.maxPageSharing === other.maxPageSharing,
});

const release = '/proc/sys/kernel/osrelease';
const balancing = '/proc/sys/kernel/numa_balancing';

/**
 * From 6.1 until 6.6 (FOLL_HONOR_NUMA_FAULT) `run` 2 passes over pages that NUMA balancing has made inaccessible to see who comes for them:
 * pages_shared reads 0, they stay merged, and merge_across_nodes is EBUSY. Seen on Debian's 6.1.192.
 */
function keepsWatchedPages(seen: Observed): boolean {
  const version = parseVersion(seen.file(release) ?? '');
  return version !== undefined && isInRange(version, '>=6.1 <6.6') && (seen.file(balancing) ?? '0').trim() !== '0';
}

/** Base pages are 4 KiB on most machines, larger on some: then more is needed than is asked for. */
const smallestPageKib = 4;

type KsmChange = Change<'ksm', KsmState>;

const concerned = ({ before, after }: KsmChange) =>
  scopes.filter(({ key }) => before[key] !== undefined && after[key] !== undefined);

/**
 * `run` in the terms of the change. One that leaves it alone minds only the 2 of its own way; and KSM that was stopped by 0 with nothing
 * merged is where 2 would bring it.
 */
function told({ before, after }: KsmChange, run: number, seen: Observed): number {
  if (before.run === after.run && run !== 2) return after.run;
  const merged = numberOf(seen, 'pages_shared') ?? 0;
  const named = [before.run, after.run];
  return run === 0 && merged === 0 && named.includes(2) && !named.includes(0) ? 2 : run;
}

const giveBack = (now: number): readonly Step[] => [
  ...(now === 2 ? [] : [write('run', 2)]),
  { do: 'wait', path: `${folder}/pages_shared`, until: '0', seconds: patience },
];

const write = (file: string, value: number | undefined): Step => ({
  do: 'write-knob',
  path: `${folder}/${file}`,
  text: String(value),
});

function numberOf(seen: Observed, name: string): number | undefined {
  const text = seen.file(`${folder}/${name}`)?.trim();
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
