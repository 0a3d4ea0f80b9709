import { Buffer } from 'node:buffer';
import { littleEndian64 } from '#formats/disk/read-bytes';
import { readRecord } from '#formats/filesystem/ntfs/file-record';
import { freeClusters } from '#formats/filesystem/ntfs/free-clusters';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, wideTextAt } from '#formats/inside/fields';

/** Numbers of the file records that tell of the volume and of the clusters in use, and types of their attributes. */
const volumeRecord = 3;
const bitmapRecord = 6;
const attributes = { volumeName: 0x60, volumeInformation: 0x70, data: 0x80 };

/** NTFS (linux-ntfs: NTFS Documentation, "$Boot", "$Volume", "$Bitmap"). */
export const ntfs: ContentProbe = {
  type: 'ntfs',
  identify(look) {
    const boot = look.at(0, 512);
    if (boot === undefined || !standsAt(boot, 3, 'NTFS    ')) return undefined;
    const sectorSize = boot.readUInt16LE(11);
    const perCluster = sectorsPerCluster(boot.readUInt8(13));
    if (!isPowerOfTwo(sectorSize) || sectorSize < 256 || sectorSize > 4096 || perCluster === undefined)
      return undefined;
    if (boot.readUInt16LE(14) !== 0 || boot.readUInt8(16) !== 0 || boot.readUInt16LE(19) !== 0) return undefined;
    const clusterSize = sectorSize * perCluster;
    const sectors = littleEndian64(boot, 40);
    const perRecord = boot.readInt8(64);
    const recordSize = perRecord < 0 ? 2 ** -perRecord : perRecord * clusterSize;
    if (clusterSize > 2 ** 21 || recordSize < sectorSize || recordSize > 65536) return undefined;
    const table = littleEndian64(boot, 48) * clusterSize;
    const volume = readRecord(look, table + volumeRecord * recordSize, recordSize);
    const bitmap = readRecord(look, table + bitmapRecord * recordSize, recordSize);
    const name = volume?.(attributes.volumeName)?.resident;
    const information = volume?.(attributes.volumeInformation)?.resident;
    const free = freeClusters(look, bitmap?.(attributes.data), clusterSize, Math.floor(sectors / perCluster));
    const isDirty = information !== undefined && information.length >= 12 && (information.readUInt16LE(10) & 1) !== 0;
    return {
      type: 'ntfs',
      usage: 'filesystem',
      at: 0,
      label: name === undefined ? undefined : wideTextAt(name, 0, name.length, 'little'),
      uuid: Buffer.from(boot.subarray(72, 80)).reverse().toString('hex').toUpperCase(),
      blockSize: sectorSize,
      clusterSize,
      size: product(sectors, sectorSize),
      free: free === undefined ? undefined : product(free, clusterSize),
      notes: isDirty ? ['it is marked to be checked (dirty)'] : [],
      faults: volume === undefined ? ['the record that names the volume is damaged'] : [],
    };
  },
};

/** A count, or from 0x80 on the negative of a power of two. */
function sectorsPerCluster(byte: number): number | undefined {
  const count = byte > 0x80 ? 2 ** (256 - byte) : byte;
  return isPowerOfTwo(count) ? count : undefined;
}
