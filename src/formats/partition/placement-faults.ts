import type { Partition, TableFault } from '#formats/partition/partition-table';

const block = 4096;

/**
 * Finds what is wrong with where partitions are: such as share bytes, begin within a block of 4 KiB, or end beyond the disk. An extended partition
 * holds others; it is left out.
 */
export function placementFaults(partitions: readonly Partition[], diskSize: number): readonly TableFault[] {
  const faults: TableFault[] = [];
  const byStart = partitions.filter(one => one.role !== 'extended').sort((one, other) => one.start - other.start);
  let furthest: Partition | undefined;
  for (const one of byStart) {
    if (furthest !== undefined && furthest.start + furthest.length > one.start)
      faults.push({
        kind: 'overlap',
        says: `partitions ${furthest.number} and ${one.number} share bytes from ${one.start} on`,
        at: one.start,
      });
    if (furthest === undefined || one.start + one.length > furthest.start + furthest.length) furthest = one;
  }
  for (const one of partitions) {
    if (one.role !== 'extended' && one.start % block !== 0)
      faults.push({
        kind: 'misaligned',
        says: `partition ${one.number} begins at byte ${one.start}, within a block of 4 KiB`,
        at: one.start,
      });
    if (one.start + one.length > diskSize)
      faults.push({
        kind: 'beyond-end',
        says: `partition ${one.number} ends ${one.start + one.length - diskSize} bytes after the disk`,
        at: one.start,
      });
  }
  return faults;
}
