import type { DamageList } from '#formats/disk/qcow2/check/damage-list';
import type { L1Table, MetadataWalk } from '#formats/disk/qcow2/check/metadata-walk';
import type { RecordedCounts } from '#formats/disk/qcow2/check/recorded-counts';
import type { References } from '#formats/disk/qcow2/check/references';
import type { SingleUse } from '#formats/disk/qcow2/check/single-use';
import type { TableScan } from '#formats/disk/qcow2/check/table-scan';
import { offsetOf } from '#formats/disk/qcow2/cluster-map';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** What counting works with. */
export interface Counting {
  readonly references: References;
  readonly recorded: RecordedCounts;
  readonly single: SingleUse;
  readonly scan: TableScan;
  readonly damages: DamageList;
}

/** Bits of an L1 entry that are to be zero. */
const l1ReservedHigh = 0x7f00_0000;
const reservedLow = 0x1ff;
/** Bits of an entry of a bitmap's table that are to be zero. */
const bitmapReservedHigh = -0x100_0000;
const bitmapReservedLow = 0x1fe;

/** Counts all references in an image, and tells what is wrong with who refers. */
export function countParts(image: Qcow2File, walk: MetadataWalk, counting: Counting): void {
  const { references, scan, damages } = counting;
  for (const { name, offset, length, at } of walk.parts())
    references.add(offset, length, 1, { what: name, at, guest: () => undefined });
  walk.tables(
    {
      entry: (high, low, index, table) => l1Entry(image, counting, high, low, index, table),
      table: (words, table) => scan.scan(words, table),
    },
    damages,
  );
  walk.bitmapEntries((high, low, at) => bitmapEntry(image, counting, high, low, at));
  refcountBlocks(image, counting);
}

function l1Entry(image: Qcow2File, counting: Counting, high: number, low: number, index: number, table: L1Table): void {
  const { references, damages, single } = counting;
  const { clusterSize, virtualSize } = image.header;
  const at = table.offset + index * 8;
  const guest = (): { start: number; length: number }[] => {
    const start = index * clusterSize * image.l2Entries;
    const length = Math.min(clusterSize * image.l2Entries, virtualSize - start);
    return table.isActive && length > 0 ? [{ start, length }] : [];
  };
  const corrupt = (kind: 'reserved-bits' | 'misaligned' | 'copied-flag', says: string): void => {
    const hit = guest();
    damages.corrupt({ kind, says, at, ...(hit.length === 0 ? {} : { guest: hit }) });
  };
  const offset = offsetOf(high, low);
  if ((high & l1ReservedHigh) !== 0 || (low & reservedLow) !== 0)
    corrupt('reserved-bits', `an entry of ${table.name} has bits set that are reserved`);
  references.add(offset, clusterSize, 1, { what: 'an L2 table', at, guest });
  if (offset % clusterSize !== 0)
    corrupt('misaligned', `an L2 table is said to stand at ${offset}: not the start of a cluster`);
  if (!table.isActive || offset === 0) return;
  const isSingle = single.of(Math.floor(offset / clusterSize));
  if (isSingle !== undefined && isSingle !== high < 0)
    corrupt(
      'copied-flag',
      isSingle
        ? 'an L2 table that is used once lacks the mark that says so'
        : 'an L2 table is marked as used once, and is not',
    );
}

function bitmapEntry(image: Qcow2File, { references, damages }: Counting, high: number, low: number, at: number): void {
  const offset = offsetOf(high, low);
  const isSound =
    (high & bitmapReservedHigh) === 0 &&
    (low & bitmapReservedLow) === 0 &&
    (offset === 0 || ((low & 1) === 0 && offset % image.header.clusterSize === 0));
  if (!isSound) damages.corrupt({ kind: 'bitmap', says: 'an entry of a bitmap’s table is not as one can be', at });
  else if (offset !== 0)
    references.add(offset, image.header.clusterSize, 1, { what: 'a part of a bitmap', at, guest: () => undefined });
}

function refcountBlocks({ header }: Qcow2File, { references, recorded, damages }: Counting): void {
  const { clusterSize, refcountTableOffset } = header;
  for (let index = 0; index < recorded.blocks; index++) {
    const low = recorded.table[index * 2 + 1] ?? 0;
    const offset = recorded.blockOffset(index);
    const at = refcountTableOffset + index * 8;
    const cluster = Math.floor(offset / clusterSize);
    if ((low & reservedLow) !== 0)
      damages.corrupt({
        kind: 'reserved-bits',
        says: 'an entry of the refcount table has bits set that are reserved',
        at,
      });
    else if (!recorded.isAligned(index))
      damages.corrupt({
        kind: 'misaligned',
        says: `a refcount block is said to stand at ${offset}: not the start of a cluster`,
        at,
      });
    else if (cluster >= references.clusters)
      damages.corrupt({ kind: 'out-of-range', says: 'a refcount block stands beyond the end of the file', at });
    else if (offset !== 0) {
      references.add(offset, clusterSize, 1, { what: 'a refcount block', at, guest: () => undefined });
      const used = references.counts.of(cluster);
      // zero: counted another time
      if (used > 1) damages.corrupt({ kind: 'overlap', says: 'a refcount block stands where something else does', at });
    }
  }
}
