import { Buffer } from 'node:buffer';
import { crc32c } from '#formats/checksum/crc32c';
import { bigEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

/** XFS, versions 4 and 5 (XFS Algorithms & Data Structures, 3rd edition, "Superblocks"). */
export const xfs: ContentProbe = {
  type: 'xfs',
  identify(look) {
    const block = look.at(0, 512);
    if (block === undefined || !standsAt(block, 0, 'XFSB')) return undefined;
    const clusterSize = block.readUInt32BE(4);
    const blockSize = block.readUInt16BE(102);
    if (!isPowerOfTwo(clusterSize) || clusterSize < 512 || clusterSize > 65536) return undefined;
    if (!isPowerOfTwo(blockSize) || blockSize < 512 || blockSize > 32768) return undefined;
    const count = bigEndian64(block, 8);
    const logCount = bigEndian64(block, 48) === 0 ? 0 : block.readUInt32BE(96);
    const free = bigEndian64(block, 144);
    const faults: string[] = [];
    const isVersion5 = (block.readUInt16BE(100) & 15) === 5;
    const sector = isVersion5 ? look.at(0, blockSize) : undefined;
    if (sector !== undefined && sector.readUInt32LE(224) !== seal(sector))
      faults.push('the checksum of its superblock is wrong');
    if (block[126] !== 0) faults.push('its creation or a repair was broken off');
    if (count === 0 || logCount >= count) faults.push('its superblock tells of no blocks');
    return {
      type: 'xfs',
      usage: 'filesystem',
      at: 0,
      label: textAt(block, 108, 12),
      uuid: uuidAt(block, 32),
      blockSize,
      clusterSize,
      size: product(count, clusterSize),
      capacity: product(count - logCount, clusterSize),
      free: free > count ? undefined : product(free, clusterSize),
      faults,
    };
  },
};

/** The checksum of a sector, its own field taken for zero. */
function seal(sector: Buffer): number {
  const before = crc32c(sector.subarray(0, 224));
  return crc32c(sector.subarray(228), crc32c(Buffer.alloc(4), before));
}
