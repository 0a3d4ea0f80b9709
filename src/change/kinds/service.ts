import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { KnobSetting } from '#change/knob-setting';
import type { Observed } from '#change/observed';
import type { Step } from '#change/step';

/** Whether a systemd unit runs and is wanted at boot. */
export interface ServiceState {
  readonly isEnabled: boolean;
  readonly isActive: boolean;
  /** Whether it is kept from starting at all; missing is false. Such a unit is neither enabled nor active. */
  readonly isMasked?: boolean;
  /**
   * Units that its [Install] names by Also= and that are enabled in this state: disabling a unit disables them with it, so that they are
   * enabled again on the way back. Missing: none that matters.
   */
  readonly alsoEnabled?: readonly string[];
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
  'isActive' in value &&
  typeof value.isActive === 'boolean' &&
  (!('isMasked' in value) || value.isMasked === undefined || typeof value.isMasked === 'boolean') &&
  (!('alsoEnabled' in value) ||
    value.alsoEnabled === undefined ||
    (Array.isArray(value.alsoEnabled) &&
      value.alsoEnabled.length <= 64 &&
      value.alsoEnabled.every(name => typeof name === 'string' && isName(name))));

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
  looks: ({ on }) => [{ look: 'unit', name: on }, ...filesOf(on).map(path => ({ look: 'file', path }) as const)],
  obstacle: obstacleOf,
  state({ on }, seen) {
    const { isEnabled, isActive, isMasked } = seen.unit(on);
    return isMasked ? { isEnabled, isActive, isMasked } : { isEnabled, isActive };
  },
  steps({ on, after }, seen) {
    const now = seen.unit(on);
    const verbs = [
      ...(now.isMasked && after.isMasked !== true ? ['unmask'] : []),
      ...(now.isActive && !after.isActive ? ['stop'] : []),
      ...(now.isEnabled && !after.isEnabled ? ['disable'] : []),
      ...(!now.isEnabled && after.isEnabled ? ['enable'] : []),
      ...(!now.isActive && after.isActive ? ['start'] : []),
      ...(!now.isMasked && after.isMasked === true ? ['mask'] : []),
    ];
    const also = verbs.includes('disable') ? (after.alsoEnabled ?? []) : [];
    return [
      ...verbs.map((verb): Step => ({ do: 'run', argv: ['systemctl', verb, on] })),
      ...(also.length === 0 ? [] : [{ do: 'run', argv: ['systemctl', 'enable', ...also] } as const]),
    ];
  },
  isSame: (one, other) =>
    one.isEnabled === other.isEnabled &&
    one.isActive === other.isActive &&
    (one.isMasked ?? false) === (other.isMasked ?? false),
});

function obstacleOf({ on, before, after }: Ours, seen: Observed): string | undefined {
  const { isInstalled, isMasked, isEnabled, isActive } = seen.unit(on);
  if (!isInstalled && (after.isEnabled || after.isActive))
    return `${on} is not installed: install the package that has it first.`;
  if (isMasked && before.isMasked !== true && after.isMasked !== true && (after.isEnabled || after.isActive))
    return `${on} is masked: somebody keeps it from starting. If it is wanted: systemctl unmask ${on}, and plan again.`;
  if (after.isActive && !isActive && /@\.\w+$/.test(on)) return `${on} is a template: name an instance of it.`;
  const text = filesOf(on)
    .map(path => seen.file(path))
    .find(file => file !== undefined && file.trim() !== '');
  if (text === undefined || after.isEnabled === isEnabled || /^[ \t]*\[Install\]/m.test(text)) return undefined;
  return after.isEnabled
    ? `${on} has no [Install] section: it is started by what needs it, and cannot be enabled.`
    : `${on} has no [Install] section: what starts it has to be disabled, or systemctl mask ${on}.`;
}

function settingsOf({ on, after }: Ours): readonly KnobSetting[] {
  const own = { knob: `service ${on}`, to: after.isActive ? 'on' : 'off' };
  // the service is nothing but a writer of that file
  return on === 'ksm.service' ? [own, { knob: 'file /sys/kernel/mm/ksm/run', to: after.isActive ? '1' : '0' }] : [own];
}
