import type { VolumeGroup } from '#model/guest-inside';
import type { Host } from '#model/host';
import { type Known, mapKnown } from '#model/known';

/**
 * Takes dm/name and dm/uuid of a device-mapper device (linux: drivers/md/dm-sysfs.c); gives the volume group of a logical volume: LVM
 * writes `LVM-`, the UUID of the group and that of the volume, and joins the names by a dash, dashes in them doubled (lvm2: lib/misc/lvm-string.c,
 * dm_build_dm_name). Undefined for other devices.
 */
export function volumeGroupOf(name: string, uuid: string): VolumeGroup | undefined {
  const group = /^LVM-([0-9A-Za-z]{32})[0-9A-Za-z]{32}/.exec(uuid.trim())?.[1];
  const named = /^((?:[^-]|--){1,128})-[^-]/.exec(name.trim())?.[1];
  return group === undefined || named === undefined ? undefined : { name: named.replaceAll('--', '-'), uuid: group };
}

/** Gives the volume groups of which the host has a logical volume active. */
export const hostVolumeGroups = ({ blockDevices }: Host): Known<readonly VolumeGroup[]> =>
  mapKnown(blockDevices, devices =>
    devices.flatMap(({ mapName = '', mapUuid = '' }) => volumeGroupOf(mapName, mapUuid) ?? []),
  );
