import { littleEndian64 } from '#formats/disk/read-bytes';
import { guidAt, wideTextAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import { type GptHeader, type HeaderRead, readGptHeader } from '#formats/partition/gpt-header';
import { isProtective, readMbr } from '#formats/partition/mbr';
import type { Partition, PartitionTable, TableFault } from '#formats/partition/partition-table';
import { placementFaults } from '#formats/partition/placement-faults';
import { gptTypeNames } from '#formats/partition/type-names';

/** Sizes of sectors at which the header is looked for. */
const sectorSizes = [512, 4096, 2048, 1024];

/**
 * Reads a GUID partition table by its first header or, where that is damaged, by the copy at the end. A disk with partitions in its MBR, and no
 * entry there that protects GPT, is no GPT disk, whatever is left of one.
 */
export function readGpt(look: Look): PartitionTable | undefined {
  const mbr = readMbr(look);
  const isProtected = mbr !== undefined && isProtective(mbr.entries);
  if (mbr !== undefined && !isProtected && mbr.entries.some(entry => entry.count > 0)) return undefined;
  const found = sectorSizes
    .map(size => headersAt(look, size))
    .find(({ main, copy }) => 'header' in main || 'header' in copy);
  const counted = found === undefined ? undefined : (headerOf(found.main) ?? headerOf(found.copy));
  const faults: TableFault[] = [];
  if (mbr === undefined || !isProtected)
    faults.push({
      kind: 'protective-mbr',
      says: 'there is no protective MBR: old programs take the disk for empty',
      at: 0,
    });
  else if (mbr.entries.filter(entry => entry.count > 0).length > 1)
    faults.push({ kind: 'hybrid', says: 'its MBR tells of partitions as well', at: 446 });
  if (found === undefined || counted === undefined) {
    const isMarked = sectorSizes.some(size => isMarkedAt(look, size));
    if (!isProtected) return undefined;
    const says = isMarked ? 'both copies of its header are damaged' : 'there is a protective MBR, and no header of GPT';
    return {
      type: 'gpt',
      at: 512,
      id: undefined,
      sectorSize: 512,
      partitions: [],
      faults: [...faults, { kind: 'both-damaged', says, at: 512 }],
    };
  }
  const sectors = Math.floor(look.size / counted.sectorSize);
  const guard = mbr?.entries.find(entry => entry.type === 0xee);
  if (
    guard !== undefined &&
    guard.count !== 0xffff_ffff &&
    guard.count !== sectors - guard.start &&
    faults.length === 0
  )
    faults.push({
      kind: 'protective-mbr',
      says: `the protective MBR covers ${guard.count} of ${sectors - 1} sectors`,
      at: 446,
    });
  const partitions = partitionsOf(counted);
  return {
    type: 'gpt',
    at: counted.at,
    id: counted.id,
    sectorSize: counted.sectorSize,
    usable: { start: counted.firstUsable * counted.sectorSize, end: (counted.lastUsable + 1) * counted.sectorSize },
    room: counted.entryCount,
    partitions,
    faults: [
      ...faults,
      ...copyFaults(found, sectors),
      ...boundFaults(counted, partitions),
      ...placementFaults(partitions, look.size),
    ],
  };
}

interface Headers {
  readonly main: HeaderRead;
  readonly copy: HeaderRead;
  readonly sectorSize: number;
  /** Sector in which the copy was looked for. */
  readonly copySector: number;
}

function headersAt(look: Look, sectorSize: number): Headers {
  const main = readGptHeader(look, 1, sectorSize);
  const last = Math.floor(look.size / sectorSize) - 1;
  const copySector = 'header' in main ? main.header.alternate : last;
  return { main, copy: readGptHeader(look, copySector, sectorSize), sectorSize, copySector };
}

const headerOf = (read: HeaderRead): GptHeader | undefined => ('header' in read ? read.header : undefined);

const isMarkedAt = (look: Look, sectorSize: number): boolean => {
  const { main, copy } = headersAt(look, sectorSize);
  return ('isMarked' in main && main.isMarked) || ('isMarked' in copy && copy.isMarked);
};

function copyFaults({ main, copy, sectorSize, copySector }: Headers, sectors: number): readonly TableFault[] {
  const at = copySector * sectorSize;
  if ('why' in main)
    return [
      { kind: 'primary-damaged', says: `the first header ${main.why}; the copy at the end counts`, at: sectorSize },
    ];
  const faults: TableFault[] = [];
  if (copySector !== sectors - 1)
    faults.push({
      kind: 'backup-misplaced',
      says: `the copy of the header is said to stand in sector ${copySector}; the last one is ${sectors - 1}`,
      at,
    });
  if ('why' in copy) faults.push({ kind: 'backup-damaged', says: `the copy of the header ${copy.why}`, at });
  else if (copy.header.id !== main.header.id || copy.header.entriesSum !== main.header.entriesSum)
    faults.push({ kind: 'backup-differs', says: 'the copy of the header tells of other partitions', at });
  return faults;
}

function partitionsOf(header: GptHeader): readonly Partition[] {
  const partitions: Partition[] = [];
  for (let index = 0; index < header.entryCount; index += 1) {
    const entry = header.entries.subarray(index * header.entrySize, (index + 1) * header.entrySize);
    const type = guidAt(entry, 0);
    const [first, last] = [littleEndian64(entry, 32), littleEndian64(entry, 40)];
    const [start, length] = [first * header.sectorSize, (last - first + 1) * header.sectorSize];
    if (type === undefined || last < first || !Number.isSafeInteger(start + length)) continue;
    const attributes = entry.readBigUInt64LE(48);
    partitions.push({
      number: index + 1,
      start,
      length,
      type,
      typeName: gptTypeNames.get(type),
      role: 'primary',
      name: wideTextAt(entry, 56, 72, 'little'),
      uuid: guidAt(entry, 16),
      isBootable: (attributes & 4n) !== 0n,
      attributes: attributes === 0n ? undefined : attributes.toString(16),
    });
  }
  return partitions;
}

function boundFaults(header: GptHeader, partitions: readonly Partition[]): readonly TableFault[] {
  const [start, end] = [header.firstUsable * header.sectorSize, (header.lastUsable + 1) * header.sectorSize];
  return partitions.flatMap(one =>
    one.start < start || one.start + one.length > end
      ? [
          {
            kind: 'beyond-end',
            says: `partition ${one.number} reaches out of what the table may use`,
            at: one.start,
          } as const,
        ]
      : [],
  );
}
