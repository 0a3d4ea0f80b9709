import { crc32c } from '#formats/checksum/crc32c';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

// btrfs: On-disk format, "Superblock"
const start = 65536;
const mirrors = [64 * 2 ** 20, 256 * 2 ** 30];
const fsOffset = 32;
const checksums = ['crc32c', 'xxhash64', 'sha256', 'blake2b'] as const;

/** Btrfs, by the first of its superblocks. */
export const btrfs: ContentProbe = {
  type: 'btrfs',
  identify(look) {
    const block = look.at(start, 4096);
    if (block === undefined || !standsAt(block, 64, '_BHRfS_M')) return undefined;
    const sector = block.readUInt32LE(144);
    if (!isPowerOfTwo(sector) || sector < 512 || sector > 65536) return undefined;
    const total = littleEndian64(block, 112);
    const used = littleEndian64(block, 120);
    const devices = littleEndian64(block, 136);
    const faults: string[] = [];
    if (checksums[block.readUInt16LE(196)] === 'crc32c' && block.readUInt32LE(0) !== crc32c(block.subarray(fsOffset))) {
      const isMirrored = mirrors.some(at => standsAt(look.at(at, 72), 64, '_BHRfS_M'));
      faults.push(`the checksum of its superblock is wrong${isMirrored ? '; there is a copy of it' : ''}`);
    }
    const notes = devices > 1 ? [`one of ${devices} devices, number ${littleEndian64(block, 201)}`] : [];
    if (littleEndian64(block, 96) !== 0) notes.push('its log is to be replayed');
    return {
      type: 'btrfs',
      usage: 'filesystem',
      at: start,
      label: textAt(block, 299, 256),
      uuid: uuidAt(block, fsOffset),
      memberUuid: uuidAt(block, 267),
      blockSize: sector,
      clusterSize: sector,
      size: product(total, 1),
      free: used > total ? undefined : product(total - used, 1),
      notes,
      faults,
    };
  },
};
