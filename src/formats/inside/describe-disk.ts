import { joinVolumes } from '#formats/inside/join-volumes';
import { type DescribeOptions, diskPrefix, type Findings, type OpenPlace, openPlace } from '#formats/inside/open-place';
import type { DiskDescription, Place } from '#formats/inside/place';
import type { ByteSource } from '#units/byte-source';

/** Says what stands on a disk. See describeDisks. */
export const describeDisk = (disk: ByteSource, options: DescribeOptions = {}): DiskDescription =>
  describeDisks([disk], options);

/**
 * Says what stands on the disks of a machine: partitions, members of arrays and volume groups and what these make together, file systems. Reads little,
 * and throws nothing but what is no fault of the disks: a disk that cannot be read has a fault.
 */
export function describeDisks(disks: readonly ByteSource[], options: DescribeOptions = {}): DiskDescription {
  const findings: Findings = { members: [], options, places: 0 };
  const open = disks.map((bytes, disk) =>
    openPlace({ kind: 'disk', name: `${diskPrefix(disk)}disk`, bytes, disk }, findings),
  );
  const groups = joinVolumes(findings);
  return { disks: open.map(closed), groups };
}

function closed({ place, faults, inside, group }: OpenPlace): Place {
  return {
    ...place,
    faults: [...faults, ...(place.table?.faults ?? []).map(fault => fault.says)],
    group,
    inside: inside.map(closed),
  };
}
