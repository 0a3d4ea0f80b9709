/** Whole disks by the names that their drivers give: virtio, SCSI and SATA, IDE, Xen, NVMe. */
const disk = /^(?:(?:vd|sd|hd|xvd)[a-z]{1,3}|nvme\d{1,4}n\d{1,4})$/;

/** Most disks that are looked at. */
const most = 64;

/** What /proc/partitions tells of. */
export interface Partitions {
  /** Names of whole disks, in order. */
  readonly disks: readonly string[];
  /** Names of device-mapper devices: `dm-0`. */
  readonly maps: readonly string[];
}

/**
 * Reads /proc/partitions (linux: block/genhd.c, show_partition): a heading, then major, minor, blocks and name a line. Undefined for a text of
 * another form; a machine without any disk has an empty file.
 */
export function parsePartitions(text: string): Partitions | undefined {
  const disks: string[] = [];
  const maps: string[] = [];
  for (const line of text.split('\n', 4096)) {
    if (line.trim() === '' || line.startsWith('major minor')) continue;
    const name = /^\s*\d{1,5}\s+\d{1,8}\s+\d{1,20}\s+(\S{1,64})$/.exec(line)?.[1];
    if (name === undefined) return undefined;
    if (disk.test(name)) disks.push(name);
    else if (/^dm-\d{1,4}$/.test(name)) maps.push(name);
  }
  return { disks: disks.slice(0, most), maps: maps.slice(0, most) };
}
