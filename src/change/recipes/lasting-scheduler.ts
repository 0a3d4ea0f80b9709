import type { Change } from '#change/change';
import { setScheduler } from '#change/kinds/io-scheduler';
import { type DiskMatch, isPlainMatch, persistScheduler, udevRulesFile } from '#change/kinds/udev-rule';
import type { BlockDevice } from '#model/block-device';
import type { SchedulerAtBoot } from '#model/derived/scheduler-at-boot';

/** The changes, and what a person must do where another than our udev rule decides at boot. */
export interface SchedulerChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/**
 * Brings the I/O scheduler of a disk to `after` now, and by a udev rule whenever the disk appears. What is applied after our rule (a file
 * of rules with a later name, tmpfiles.d, a script, tuned) is named instead.
 */
export function makeSchedulerLast(
  device: BlockDevice,
  after: string,
  boot: SchedulerAtBoot | undefined,
): SchedulerChanges {
  const now = device.scheduler === after ? [] : [setScheduler(device.name, device.scheduler ?? 'none', after)];
  if (boot?.value === after) return { fix: now };
  if (boot !== undefined && winsOverRule(boot))
    return {
      fix: now,
      otherwise: `Choose ${after} for ${device.name} in ${boot.owner}, which decides at boot.`,
    };
  const before = boot?.file === udevRulesFile ? boot.value : undefined;
  return { fix: [...now, persistScheduler(device.name, matchOf(device), before, after)] };
}

/** udev takes files of all its folders by name, and the last rule that applies wins. */
function winsOverRule({ by, file = '' }: SchedulerAtBoot): boolean {
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  return by === 'write' || by === 'tuned' || (by === 'udev' && name(file) > name(udevRulesFile));
}

/**
 * What tells the disk whatever its name is then; the name itself where udev knows nothing better, as of virtio disks
 * without a serial number. The serial number goes first: the units of one array may share the beginning of a WWN, which is all that ID_WWN has.
 */
function matchOf({ name, properties, mapUuid }: BlockDevice): DiskMatch {
  const found = (['ID_SERIAL', 'ID_WWN'] as const).flatMap(key => {
    const value = properties.get(key);
    return value !== undefined && isPlainMatch(value) ? [{ key, value }] : [];
  });
  const map = mapUuid ?? properties.get('DM_UUID');
  if (map !== undefined && map !== '' && isPlainMatch(map)) return { key: 'DM_UUID', value: map };
  return found[0] ?? { key: 'KERNEL', value: name };
}
