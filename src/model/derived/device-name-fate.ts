import type { DiskBus } from '#model/readiness';

/** What becomes of a name of a disk when its bus changes. */
type NameFate = 'stays' | 'goes' | 'order';

/**
 * Takes the name of a disk, as fstab, root= and the like have it; says whether it leads to the same disk on another bus. `order`: as long as the disks come in the
 * same order. Names by content (UUID, LABEL, device-mapper, MD) stay; names by driver (sda, hda, xvda), serial number and place on the bus go.
 */
export function deviceNameFate(device: string, bus: DiskBus): NameFate {
  const name = device.replaceAll(/\\[\\/]|\\\./g, found => found.slice(1));
  if (/^(?:UUID|LABEL|PARTUUID|PARTLABEL)=/i.test(name)) return 'stays';
  const byLink = /\/disk\/(by-[a-z]+)\/(.*)/.exec(name);
  if (byLink !== null) return linkFate(byLink[1] ?? '', byLink[2] ?? '', bus);
  // by number: 8:2, or 802 as old kernels take it
  if (/^(?:0x)?[0-9a-f]{3,4}$/i.test(name) || /^\d{1,3}:\d{1,3}$/.test(name)) return 'goes';
  if (/^sys_(?:serial|wwid) /.test(name)) return 'goes';
  const node = /(?:^|\/|[|^(])(sd|hd|vd|xvd|nvme|mmcblk)(?:[a-z]|\d|\*|\[|\.|$)/.exec(name)?.[1];
  if (node === undefined) return 'stays';
  if (node === 'sd') return bus === 'virtio-scsi' ? 'order' : 'goes';
  if (node === 'vd') return bus === 'virtio-blk' ? 'order' : 'goes';
  return 'goes';
}

function linkFate(kind: string, value: string, bus: DiskBus): NameFate {
  if (kind !== 'by-id' && kind !== 'by-path') return 'stays';
  if (kind === 'by-id' && /^(?:dm|lvm|md)-/.test(value)) return 'stays';
  return kind === 'by-id' && value.startsWith('virtio-') && bus === 'virtio-blk' ? 'stays' : 'goes';
}
