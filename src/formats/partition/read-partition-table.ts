import { standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import { readDasd } from '#formats/partition/dasd';
import { readGpt } from '#formats/partition/gpt';
import { readDos } from '#formats/partition/mbr';
import type { PartitionTable } from '#formats/partition/partition-table';
import { readSun } from '#formats/partition/sun';

/** Kinds that are named and not read: byte and mark of each. */
const named: readonly (readonly [PartitionTable['type'], number, string])[] = [
  ['sgi', 0, '\x0b\xe5\xa9\x41'],
  ['mac', 512, 'PM\0\0'],
  ['bsd', 512, '\x57\x45\x56\x82'],
];

/**
 * Reads how a disk is divided. `sectorSize`: bytes of a sector where the table itself does not tell (MBR); a disk of 4096-byte sectors has to be
 * known from elsewhere.
 */
export function readPartitionTable(look: Look, sectorSize = 512): PartitionTable | undefined {
  return readGpt(look) ?? readDasd(look) ?? readSun(look) ?? readNamed(look) ?? readDos(look, sectorSize);
}

function readNamed(look: Look): PartitionTable | undefined {
  const found = named.find(([, at, mark]) => standsAt(look.at(at, mark.length), 0, mark));
  if (found === undefined) return undefined;
  const [type, at] = found;
  const says = `partition tables of kind ${type} are named, and not read`;
  return { type, at, id: undefined, sectorSize: 512, partitions: [], faults: [{ kind: 'unread', says, at }] };
}
