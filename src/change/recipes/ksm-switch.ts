import type { Change } from '#change/change';
import { setKsm } from '#change/kinds/ksm';
import { setService } from '#change/kinds/service';
import { persistSysfs } from '#change/kinds/sysfs';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import type { WriteAtBoot } from '#model/derived/boot-write';
import type { KnobAtBoot } from '#model/derived/knob-at-boot';
import type { Ksm } from '#model/ksm';
import type { Service } from '#model/service';

const path = '/sys/kernel/mm/ksm/run';
const mergePath = '/sys/kernel/mm/ksm/merge_across_nodes';
const ours = '/etc/tmpfiles.d/nearmetal.conf';

/** What starts KSM, as far as it was read. */
export interface KsmOwners {
  readonly services: readonly Service[];
  /** The write to `run` by tmpfiles.d or a script at boot. */
  readonly written: WriteAtBoot | undefined;
}

/** The changes, and what a person must do beside them. */
export interface KsmSwitch {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

const stateOf = ({ isEnabled = false, isActive = false }: Service) => ({ isEnabled, isActive });

/** How KSM is to be started. */
export interface KsmStart {
  /** Merging only within a node, which can be chosen only while nothing is merged, so before it starts. */
  readonly within?: boolean;
  /** Who writes `run` at boot. */
  readonly boot?: KnobAtBoot | undefined;
  /** Who writes merge_across_nodes at boot. */
  readonly scopeAtBoot?: KnobAtBoot | undefined;
}

/** Starts KSM now and at boot: by the distribution's service where it is installed, else by hand and tmpfiles.d. */
export function startKsm(
  { run, mergeAcrossNodes }: Ksm,
  services: readonly Service[],
  { within = false, boot, scopeAtBoot }: KsmStart = {},
): KsmSwitch {
  const isNarrowed = within && mergeAcrossNodes === 1;
  const scope = isNarrowed ? makeKnobLast(mergePath, '0', '0', scopeAtBoot) : { fix: [] };
  const unit = services.find(({ name, isInstalled }) => name === 'ksm.service' && isInstalled);
  // a service that is on already and yet does not run it is not started anew
  if (unit !== undefined && unit.isActive !== true) {
    const narrow = setKsm({ run, mergeAcrossNodes }, { run, mergeAcrossNodes: 0 });
    const start = setService(unit.name, stateOf(unit), { isEnabled: true, isActive: true });
    return together([...(isNarrowed ? [narrow] : []), ...scope.fix, start], [scope]);
  }
  const kept = unit?.isEnabled === true ? { fix: [] } : makeKnobLast(path, '1', '1', boot);
  const started = setKsm({ run, mergeAcrossNodes }, { run: 1, mergeAcrossNodes: isNarrowed ? 0 : mergeAcrossNodes });
  return together([started, ...scope.fix, ...kept.fix], [scope, kept]);
}

function together(fix: readonly Change[], parts: readonly KsmSwitch[]): KsmSwitch {
  const otherwise = parts.flatMap(part => part.otherwise ?? []);
  return otherwise.length === 0 ? { fix } : { fix, otherwise: otherwise.join(' ') };
}

/**
 * Stops KSM now and at boot: first ksmtuned, which would write to `run` again within a minute, then `run` itself, to 0 (merged pages stay
 * merged) or 2 (each guest gets its own again), then ksm.service, which writes 0 when it stops.
 */
export function stopKsm(ksm: Ksm, to: 0 | 2, { services, written }: KsmOwners): KsmSwitch {
  const { run, mergeAcrossNodes } = ksm;
  const stop = (name: string): readonly Change[] =>
    services
      .filter(unit => unit.name === name && (unit.isEnabled === true || unit.isActive === true))
      .map(unit => setService(unit.name, stateOf(unit), { isEnabled: false, isActive: false }));
  const isOurs = written?.owner.startsWith(ours) === true;
  const fix = [
    ...stop('ksmtuned.service'),
    setKsm({ run, mergeAcrossNodes }, { run: to, mergeAcrossNodes }),
    ...stop('ksm.service'),
    ...(isOurs ? [persistSysfs(path, '0', written?.value)] : []),
  ];
  const isByOther = written !== undefined && written.value !== '0' && !isOurs;
  return isByOther ? { fix, otherwise: `Take the write to ${path} out of ${written.owner}.` } : { fix };
}
