import type { Buffer } from 'node:buffer';
import { bigEndian64 } from '#formats/disk/read-bytes';
import { standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import type { Partition, PartitionTable } from '#formats/partition/partition-table';
import { placementFaults } from '#formats/partition/placement-faults';

// arch/s390/include/uapi/asm/vtoc.h of the kernel; its texts are EBCDIC
const blockSizes = [4096, 512, 2048, 1024];
const marks = { vol1: '\xe5\xd6\xd3\xf1', lnx1: '\xd3\xd5\xe7\xf1', cms1: '\xc3\xd4\xe2\xf1' };
const mostPartitions = 3;
/** Cylinders that a volume says it has where its number does not fit; another field tells it then. */
const manyCylinders = 0xfffe;
/** Where each row of EBCDIC's letters and digits begins, and what stands there. */
const rows: readonly (readonly [number, string])[] = [
  [0x40, ' '],
  [0x4b, '.'],
  [0x5b, '$'],
  [0x60, '-'],
  [0x6d, '_'],
  [0x7b, '#@'],
  [0x81, 'abcdefghi'],
  [0x91, 'jklmnopqr'],
  [0xa2, 'stuvwxyz'],
  [0xc1, 'ABCDEFGHI'],
  [0xd1, 'JKLMNOPQR'],
  [0xe2, 'STUVWXYZ'],
  [0xf0, '0123456789'],
];

/** Reads the label of a disk of z/Architecture: compatible (CDL), with up to three partitions, or Linux's (LDL), with one. */
export function readDasd(look: Look): PartitionTable | undefined {
  for (const blockSize of blockSizes) {
    const label = look.at(2 * blockSize, 88);
    if (label === undefined) continue;
    const isCompatible = standsAt(label, 4, marks.vol1);
    if (!isCompatible && !standsAt(label, 0, marks.lnx1) && !standsAt(label, 0, marks.cms1)) continue;
    const partitions = isCompatible ? readCompatible(look, blockSize) : readLinux(look, label, blockSize);
    if (partitions === undefined) continue;
    const id = fromEbcdic(label.subarray(isCompatible ? 8 : 4, isCompatible ? 14 : 10));
    return {
      type: 'dasd',
      at: 0,
      id: id === '' ? undefined : id,
      sectorSize: 512,
      partitions,
      faults: placementFaults(partitions, look.size),
    };
  }
  return undefined;
}

function readLinux(look: Look, label: Buffer, blockSize: number): readonly Partition[] | undefined {
  const blocks = label.readUInt8(79) >= 0xf2 ? bigEndian64(label, 80) : Math.floor(look.size / blockSize);
  const length = (blocks - 3) * blockSize;
  if (blocks <= 3 || !Number.isSafeInteger(length)) return undefined;
  return [{ number: 1, start: 3 * blockSize, length, type: undefined, role: 'primary' }];
}

/** The label that tells of the volume stands at the start of the second track; those of partitions follow it. */
function readCompatible(look: Look, blockSize: number): readonly Partition[] | undefined {
  const perTrack = Array.from({ length: 18 }, (_, index) => index + 3).find(block => {
    const bytes = look.at(block * blockSize, 140);
    return bytes !== undefined && bytes[44] === 0xf4 && bytes.subarray(0, 44).every(byte => byte === 0x04);
  });
  const volume = perTrack === undefined ? undefined : look.at(perTrack * blockSize, 140);
  const heads = volume?.readUInt16BE(64) ?? 0;
  if (perTrack === undefined || volume === undefined || heads === 0) return undefined;
  const isLarge = volume.readUInt16BE(62) === manyCylinders && volume.readUInt32BE(132) > manyCylinders;
  const partitions: Partition[] = [];
  for (let block = perTrack + 1; block < perTrack + 20 && partitions.length < mostPartitions; block += 1) {
    const bytes = look.at(block * blockSize, 140);
    if (bytes === undefined || (bytes[44] !== 0xf1 && bytes[44] !== 0xf8)) continue;
    const [first, last] = [trackAt(bytes, 107, heads, isLarge), trackAt(bytes, 111, heads, isLarge)];
    if (last < first) continue;
    const name = fromEbcdic(bytes.subarray(0, 44));
    const dot = name.lastIndexOf('.');
    partitions.push({
      number: partitions.length + 1,
      start: first * perTrack * blockSize,
      length: (last - first + 1) * perTrack * blockSize,
      type: name.slice(dot + 1),
      role: 'primary',
      name: dot < 0 ? undefined : name.slice(0, dot),
    });
  }
  return partitions;
}

/** Gives the track that a cylinder and a head make; on a large volume twelve bits of the head belong to the cylinder. */
function trackAt(bytes: Buffer, at: number, heads: number, isLarge: boolean): number {
  const [cylinder, head] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
  return isLarge ? (cylinder + ((head & 0xfff0) << 12)) * heads + (head & 15) : cylinder * heads + head;
}

function fromEbcdic(bytes: Buffer): string {
  const letters = [...bytes].map(byte => {
    const row = rows.find(([first, text]) => byte >= first && byte < first + text.length);
    return row?.[1][byte - row[0]] ?? (byte === 0 ? ' ' : '?');
  });
  return letters.join('').trimEnd();
}
