import type { NamedTable } from '#formats/disk/qcow2/check/table-batches';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** A stretch of the guest's disk, in bytes. */
export interface GuestRange {
  readonly start: number;
  readonly length: number;
}

/** Gives the stretch that some entries of the first L1 entry that names a table stand for; none where it is beyond the guest's disk, or a snapshot's. */
export function guestRanges(
  { header, l2Entries }: Qcow2File,
  table: NamedTable,
  first = 0,
  count = l2Entries,
): readonly GuestRange[] {
  if (table.activeTimes === 0) return [];
  const start = (table.index * l2Entries + first) * header.clusterSize;
  const length = Math.min(count * header.clusterSize, header.virtualSize - start);
  return length > 0 ? [{ start, length }] : [];
}
