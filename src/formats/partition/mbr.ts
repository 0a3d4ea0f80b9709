import type { Buffer } from 'node:buffer';
import { exfat } from '#formats/filesystem/exfat';
import { fat } from '#formats/filesystem/fat';
import { ntfs } from '#formats/filesystem/ntfs/identify';
import { standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import { readLogical } from '#formats/partition/logical-partitions';
import { isExtended, type MbrEntry, mbrEntries } from '#formats/partition/mbr-entries';
import type { Partition, PartitionTable, TableFault } from '#formats/partition/partition-table';
import { placementFaults } from '#formats/partition/placement-faults';
import { mbrTypeNames } from '#formats/partition/type-names';

const tableAt = 446;
/** An IBM Power boot record of AIX, in EBCDIC. */
const aix = '\xc9\xc2\xd4\xc1';
const protective = 0xee;

/**
 * Gives the entries of the MBR of a disk; undefined where its first sector is none, but the boot sector of a file system, which ends in the same two
 * bytes.
 */
export function readMbr(look: Look): { readonly sector: Buffer; readonly entries: readonly MbrEntry[] } | undefined {
  const sector = look.at(0, 512);
  const entries = sector === undefined ? undefined : mbrEntries(sector);
  if (sector === undefined || entries === undefined || standsAt(sector, 0, aix)) return undefined;
  if (entries.some(entry => entry.flag !== 0 && entry.flag !== 0x80)) return undefined;
  if ([fat, ntfs, exfat].some(probe => probe.identify(look) !== undefined)) return undefined;
  return { sector, entries };
}

/** Whether an MBR is there only to keep old programs from taking a disk with GPT for empty. */
export const isProtective = (entries: readonly MbrEntry[]): boolean =>
  entries.some(entry => entry.type === protective && entry.count > 0);

/** Reads the partitions of an MBR, with the logical ones. */
export function readDos(look: Look, sectorSize: number): PartitionTable | undefined {
  const mbr = readMbr(look);
  if (mbr === undefined) return undefined;
  const partitions: Partition[] = [];
  const faults: TableFault[] = [];
  mbr.entries.forEach((entry, index) => {
    if (entry.count > 0) partitions.push(partitionOf(entry, index + 1, 0, sectorSize));
  });
  for (const entry of mbr.entries) {
    if (entry.count === 0 || !isExtended(entry.type)) continue;
    const logical = readLogical(look, entry, sectorSize);
    faults.push(...logical.faults);
    for (const one of logical.entries)
      partitions.push(partitionOf(one.entry, 5 + partitions.filter(isLogical).length, one.base, sectorSize));
  }
  const id = mbr.sector.readUInt32LE(440);
  return {
    type: 'dos',
    at: tableAt,
    id: id === 0 ? undefined : id.toString(16).padStart(8, '0'),
    sectorSize,
    partitions,
    faults: [...faults, ...placementFaults(partitions, look.size)],
  };
}

const isLogical = (partition: Partition): boolean => partition.role === 'logical';

function partitionOf(entry: MbrEntry, number: number, base: number, sectorSize: number): Partition {
  const type = entry.type.toString(16);
  return {
    number,
    start: (base + entry.start) * sectorSize,
    length: entry.count * sectorSize,
    type,
    typeName: mbrTypeNames.get(type),
    role: number > 4 ? 'logical' : isExtended(entry.type) ? 'extended' : 'primary',
    isBootable: entry.flag === 0x80,
  };
}
