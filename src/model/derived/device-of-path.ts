import type { BlockDevice } from '#model/block-device';

/** Gives the device that a path names: `/dev/sda2` (the whole disk), `/dev/dm-3`, `/dev/mapper/vg-lv`, `/dev/vg/lv`. Other links (by-id, by-uuid) are not resolved. */
export function deviceOfPath(path: string, devices: readonly BlockDevice[]): BlockDevice | undefined {
  if (!path.startsWith('/dev/')) return undefined;
  const name = path.slice('/dev/'.length);
  const mapName = name.startsWith('mapper/') ? name.slice('mapper/'.length) : lvmMapName(name);
  return devices.find(
    device =>
      device.name === name ||
      device.partitions.some(partition => partition.name === name) ||
      (mapName !== undefined && device.mapName === mapName),
  );
}

/** `vg/lv` → `vg-lv`, with dashes within the names doubled as device-mapper writes them. */
function lvmMapName(name: string): string | undefined {
  const [group, volume, ...rest] = name.split('/');
  if (group === undefined || volume === undefined || rest.length > 0 || group === 'disk') return undefined;
  return `${group.replaceAll('-', '--')}-${volume.replaceAll('-', '--')}`;
}
