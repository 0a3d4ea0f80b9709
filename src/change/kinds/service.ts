import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { KnobSetting } from '#change/knob-setting';
import type { Look, Observed } from '#change/observed';
import type { Step } from '#change/step';
import { wasSeen } from '#change/was-seen';
import { parseUnitFile } from '#formats/conf/unit-file';

/** Whether a systemd unit runs and is wanted at boot. */
export interface ServiceState {
  readonly isEnabled: boolean;
  /** Missing: it does not matter, as of a daemon that its socket starts and that ends by itself when nobody asks. */
  readonly isActive?: boolean | undefined;
  /** Whether it is kept from starting at all; missing is false. Such a unit is neither enabled nor active. */
  readonly isMasked?: boolean;
}

type Ours = Change<'service', ServiceState>;

/** Starts or stops, enables or disables a systemd unit. */
export const setService = (name: string, before: ServiceState, after: ServiceState): Ours => ({
  kind: 'service',
  on: name,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'at-once',
});

const isState = (value: unknown): value is ServiceState =>
  typeof value === 'object' &&
  value !== null &&
  'isEnabled' in value &&
  typeof value.isEnabled === 'boolean' &&
  (!('isActive' in value) || value.isActive === undefined || typeof value.isActive === 'boolean') &&
  (!('isMasked' in value) || value.isMasked === undefined || typeof value.isMasked === 'boolean');

const isName = (on: string): boolean =>
  /^[\w.\\:-]{1,200}(?:@[\w.\\:-]{0,200})?\.(?:service|socket|target|mount|timer|path|swap)$/.test(on) &&
  !on.startsWith('-');

/** Folders of unit files, the strongest first (systemd.unit(5)). */
const folders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const filesOf = (name: string): readonly string[] => folders.map(folder => `${folder}/${name.replace(/@[^.]*/, '@')}`);

/**
 * `service`: whether a systemd unit is enabled, runs, is masked. In a tree that is no running machine only being enabled and masked can be
 * changed: by `systemctl --root`, which makes the links of [Install] as the running one does.
 */
export const serviceKind = defineKind<'service', ServiceState>({
  kind: 'service',
  isState,
  faultOf: on => (isName(on) ? undefined : `“${on}” is no name of a unit`),
  knobs: settingsOf,
  looks(change, seen) {
    const first = looksAt(change.on);
    if (!first.every(look => wasSeen(seen, look))) return first;
    const also = alsoOf(change.on, seen);
    return [...first, ...also.flatMap(looksAt)];
  },
  obstacle: obstacleOf,
  state({ on }, seen) {
    const { isEnabled, isActive, isMasked } = seen.unit(on);
    return isMasked ? { isEnabled, isActive, isMasked } : { isEnabled, isActive };
  },
  steps({ on, after }, seen) {
    const now = seen.unit(on);
    const verbs = [
      ...(now.isMasked && after.isMasked !== true ? ['unmask'] : []),
      ...(now.isActive && after.isActive === false ? ['stop'] : []),
      ...(now.isEnabled && !after.isEnabled ? ['disable'] : []),
      ...(!now.isEnabled && after.isEnabled ? ['enable'] : []),
      ...(!now.isActive && after.isActive === true ? ['start'] : []),
      ...(!now.isMasked && after.isMasked === true ? ['mask'] : []),
    ];
    const kept = verbs.flatMap(verb => (verb === 'enable' || verb === 'disable' ? keepAlso(on, seen) : []));
    return [...verbs.map((verb): Step => ({ do: 'run', argv: ['systemctl', verb, on] })), ...kept];
  },
  isSame: (one, other) =>
    one.isEnabled === other.isEnabled &&
    (one.isActive === undefined || other.isActive === undefined || one.isActive === other.isActive) &&
    (one.isMasked ?? false) === (other.isMasked ?? false),
});

const looksAt = (name: string): readonly Look[] => [
  { look: 'unit', name },
  ...filesOf(name).map((path): Look => ({ look: 'file', path })),
];

const textOf = (name: string, seen: Observed): string | undefined =>
  filesOf(name)
    .map(path => seen.file(path))
    .find(file => file !== undefined && file.trim() !== '');

/** Units that [Install] names by Also=: systemctl enables and disables them with it. */
const alsoOf = (name: string, seen: Observed): readonly string[] =>
  parseUnitFile(textOf(name, seen) ?? '')
    .filter(setting => setting.name === 'Install.Also')
    .flatMap(({ value }) => value.split(/\s+/))
    .filter(also => also !== name && isName(also));

/** What is enabled or disabled along with a unit is brought back to how it was: a change is about its own unit. Two that name each other cannot be told apart. */
const keepAlso = (name: string, seen: Observed): readonly Step[] =>
  alsoOf(name, seen).flatMap(also => {
    const { isInstalled, isMasked, isEnabled } = seen.unit(also);
    if (!isInstalled || isMasked || alsoOf(also, seen).includes(name)) return [];
    return [{ do: 'run', argv: ['systemctl', isEnabled ? 'enable' : 'disable', also] }];
  });

function obstacleOf({ on, before, after }: Ours, seen: Observed): string | undefined {
  const { isInstalled, isMasked, isEnabled, isActive } = seen.unit(on);
  if (!isInstalled && (after.isEnabled || after.isActive))
    return `${on} is not installed: install the package that has it first.`;
  if (isMasked && before.isMasked !== true && after.isMasked !== true && (after.isEnabled || after.isActive))
    return `${on} is masked: somebody keeps it from starting. If it is wanted: systemctl unmask ${on}, and plan again.`;
  if (after.isActive && !isActive && /@\.\w+$/.test(on)) return `${on} is a template: name an instance of it.`;
  const text = textOf(on, seen);
  if (text === undefined || after.isEnabled === isEnabled || /^[ \t]*\[Install\]/m.test(text)) return undefined;
  return after.isEnabled
    ? `${on} has no [Install] section: it is started by what needs it, and cannot be enabled.`
    : `${on} has no [Install] section: what starts it has to be disabled, or systemctl mask ${on}.`;
}

function settingsOf({ on, after }: Ours): readonly KnobSetting[] {
  const own = { knob: `service ${on}`, to: (after.isActive ?? after.isEnabled) ? 'on' : 'off' };
  // the service is nothing but a writer of that file
  return on === 'ksm.service' ? [own, { knob: 'file /sys/kernel/mm/ksm/run', to: after.isActive ? '1' : '0' }] : [own];
}
