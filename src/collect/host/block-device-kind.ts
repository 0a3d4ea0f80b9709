import type { Sources } from '#collect/sources';
import type { BlockDeviceKind } from '#model/block-device';

/** Names that drivers give (linux: Documentation/admin-guide/devices.txt). */
const kindsByName: readonly (readonly [RegExp, BlockDeviceKind])[] = [
  [/^nvme\d/, 'nvme'],
  [/^sr\d/, 'optical'],
  [/^sd[a-z]/, 'scsi'],
  [/^vd[a-z]/, 'virtio'],
  [/^xvd[a-z]/, 'xen'],
  [/^mmcblk\d/, 'mmc'],
  [/^dm-\d/, 'device-mapper'],
  [/^md[\d_]/, 'md'],
  [/^loop\d/, 'loop'],
  [/^zram\d/, 'zram'],
  [/^nbd\d/, 'nbd'],
];

const kindsBySubsystem: Readonly<Record<string, BlockDeviceKind>> = {
  nvme: 'nvme',
  scsi: 'scsi',
  virtio: 'virtio',
  xen: 'xen',
  mmc: 'mmc',
};

/** Tells what a block device is: from its name, else from the subsystem of its device. A map whose uuid begins with `mpath-` is multipath (multipath-tools). */
export function blockDeviceKind(sources: Sources, name: string, mapUuid: string | undefined): BlockDeviceKind {
  if (mapUuid?.startsWith('mpath-')) return 'multipath';
  const byName = kindsByName.find(([pattern]) => pattern.test(name))?.[1];
  if (byName !== undefined) return byName;
  const link = sources.files.link(`/sys/block/${name}/device/subsystem`);
  const subsystem = link.outcome === 'ok' ? link.value.slice(link.value.lastIndexOf('/') + 1) : '';
  return kindsBySubsystem[subsystem] ?? 'other';
}
