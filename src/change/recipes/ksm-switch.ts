import type { Change } from '#change/change';
import { setKsm } from '#change/kinds/ksm';
import { setService } from '#change/kinds/service';
import { persistSysfs, setSysfs } from '#change/kinds/sysfs';
import type { WriteAtBoot } from '#model/derived/boot-write';
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

/**
 * Starts KSM now and at boot: by the distribution's service where it is installed, else by hand and tmpfiles.d. `within`: merging only
 * within a node, which can be chosen only while nothing is merged, so before it starts.
 */
export function startKsm(
  { run, mergeAcrossNodes }: Ksm,
  services: readonly Service[],
  { within = false }: { readonly within?: boolean } = {},
): KsmSwitch {
  const isNarrowed = within && mergeAcrossNodes === 1;
  const unit = services.find(({ name, isInstalled }) => name === 'ksm.service' && isInstalled);
  if (unit !== undefined) {
    const start = setService(unit.name, stateOf(unit), { isEnabled: true, isActive: true });
    return { fix: isNarrowed ? [...setSysfs(mergePath, '1', '0'), start] : [start] };
  }
  const narrowed = isNarrowed ? 0 : mergeAcrossNodes;
  return {
    fix: [
      setKsm({ run, mergeAcrossNodes }, { run: 1, mergeAcrossNodes: narrowed }),
      ...(isNarrowed ? [persistSysfs(mergePath, '0')] : []),
      persistSysfs(path, '1'),
    ],
  };
}

/**
 * Stops KSM now and at boot: first the services, of which ksmtuned would write to `run` again within a minute, then `run` itself, to
 * 0 (merged pages stay merged) or 2 (each guest gets its own again).
 */
export function stopKsm(ksm: Ksm, to: 0 | 2, { services, written }: KsmOwners): KsmSwitch {
  const { run, mergeAcrossNodes } = ksm;
  const units = services.filter(
    ({ name, isEnabled, isActive }) =>
      /^(?:ksm|ksmtuned)\.service$/.test(name) && (isEnabled === true || isActive === true),
  );
  const isOurs = written?.owner.startsWith(ours) === true;
  const fix = [
    ...units.map(unit => setService(unit.name, stateOf(unit), { isEnabled: false, isActive: false })),
    setKsm({ run, mergeAcrossNodes }, { run: to, mergeAcrossNodes }),
    ...(isOurs ? [persistSysfs(path, '0')] : []),
  ];
  const isByOther = written !== undefined && written.value !== '0' && !isOurs;
  return isByOther ? { fix, otherwise: `Take the write to ${path} out of ${written.owner}.` } : { fix };
}
