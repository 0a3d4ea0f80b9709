import type { Look } from '#formats/inside/look';
import { isExtended, type MbrEntry, mbrEntries } from '#formats/partition/mbr-entries';
import type { TableFault } from '#formats/partition/partition-table';

/** An entry of the chain, and the sector from which its start is counted. */
export interface LogicalEntry {
  readonly entry: MbrEntry;
  readonly base: number;
}

/** Longer chains are no disk's: the kernel has names for fewer. */
const mostLinks = 256;

/** Follows the chain of logical partitions in an extended one, as far as it is sound. */
export function readLogical(
  look: Look,
  extended: MbrEntry,
  sectorSize: number,
): { readonly entries: readonly LogicalEntry[]; readonly faults: readonly TableFault[] } {
  const entries: LogicalEntry[] = [];
  const faults: TableFault[] = [];
  const seen = new Set<number>();
  const end = extended.start + extended.count;
  let [link, room] = [extended.start, extended.count];
  for (;;) {
    const at = link * sectorSize;
    if (seen.has(link) || seen.size >= mostLinks) {
      const says = seen.has(link) ? 'comes back to where it was' : `has more than ${mostLinks} links`;
      faults.push({ kind: 'endless-chain', says: `the chain of logical partitions ${says}`, at });
      break;
    }
    seen.add(link);
    const sector = look.at(at, 512);
    const found = sector === undefined ? undefined : mbrEntries(sector);
    if (found === undefined) {
      // the first link of an extended partition that nothing was put into is empty
      if (seen.size > 1 || sector === undefined || sector.readUInt16LE(510) !== 0)
        faults.push({
          kind: 'broken-chain',
          says: 'a link of the chain of logical partitions is no partition table',
          at,
        });
      break;
    }
    found.forEach((entry, index) => {
      if (entry.count === 0 || isExtended(entry.type)) return;
      const isInside = entry.start + entry.count <= room && link + entry.start + entry.count <= end;
      // what stands in the third and fourth entry is often no partition
      if (index < 2 || isInside) entries.push({ entry, base: link });
      if (index < 2 && link + entry.start + entry.count > end)
        faults.push({ kind: 'broken-chain', says: 'a logical partition reaches out of the extended one', at });
    });
    const next = found.find(entry => entry.count > 0 && isExtended(entry.type));
    if (next === undefined) break;
    if (next.start >= extended.count) {
      faults.push({ kind: 'broken-chain', says: 'the chain of logical partitions leads out of the extended one', at });
      break;
    }
    [link, room] = [extended.start + next.start, next.count];
  }
  return { entries, faults };
}
