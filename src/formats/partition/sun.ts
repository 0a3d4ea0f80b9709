import { textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import type { Partition, PartitionTable } from '#formats/partition/partition-table';
import { placementFaults } from '#formats/partition/placement-faults';

/** Tag of the slice that stands for the whole disk. */
const wholeDisk = 5;
const slices = 8;

/** Reads a disk label of SunOS (block/partitions/sun.c of the kernel). Its label is made of words, big end first. */
export function readSun(look: Look): PartitionTable | undefined {
  const sector = look.at(0, 512);
  if (sector === undefined || sector.readUInt16BE(508) !== 0xdabe) return undefined;
  let sum = 0;
  for (let at = 0; at < 512; at += 2) sum ^= sector.readUInt16BE(at);
  if (sum !== 0) return undefined;
  const hasTags = sector.readUInt32BE(188) === 0x600ddeee && sector.readUInt32BE(128) === 1;
  const cylinder = sector.readUInt16BE(436) * sector.readUInt16BE(438);
  const partitions: Partition[] = [];
  for (let index = 0; index < slices; index += 1) {
    const [start, count] = [sector.readUInt32BE(444 + index * 8), sector.readUInt32BE(448 + index * 8)];
    const tag = hasTags ? sector.readUInt16BE(142 + index * 4) : undefined;
    if (count === 0 || tag === wholeDisk) continue;
    partitions.push({
      number: index + 1,
      start: start * cylinder * 512,
      length: count * 512,
      type: tag?.toString(16),
      role: 'primary',
    });
  }
  return {
    type: 'sun',
    at: 0,
    id: hasTags ? textAt(sector, 132, 8) : undefined,
    sectorSize: 512,
    partitions,
    faults: placementFaults(partitions, look.size),
  };
}
