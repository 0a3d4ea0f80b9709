import { Buffer } from 'node:buffer';
import { crc32c } from '#formats/checksum/crc32c';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

/** OCFS2 (fs/ocfs2/ocfs2_fs.h of the kernel): a superblock in the third block, of 512 bytes to 4 KiB. */
export const ocfs2: ContentProbe = {
  type: 'ocfs2',
  identify(look) {
    for (const at of [1024, 2048, 4096, 8192]) {
      const block = look.at(at, 352);
      if (block === undefined || !standsAt(block, 0, 'OCFSV2')) continue;
      const [blockShift, clusterShift] = [block.readUInt32LE(248), block.readUInt32LE(252)];
      if (blockShift < 9 || blockShift > 12 || clusterShift < 12 || clusterShift > 20) continue;
      return {
        type: 'ocfs2',
        usage: 'filesystem',
        at,
        version: `${block.readUInt16LE(192)}.${block.readUInt16LE(194)}`,
        label: textAt(block, 272, 64),
        uuid: uuidAt(block, 336),
        blockSize: 2 ** blockShift,
        clusterSize: 2 ** blockShift,
        size: product(block.readUInt32LE(20), 2 ** clusterShift),
      };
    }
    return undefined;
  },
};

/** GFS and GFS2 (include/uapi/linux/gfs2_ondisk.h). */
export const gfs2: ContentProbe = {
  type: 'gfs2',
  identify(look) {
    const block = look.at(65536, 512);
    if (block === undefined || block.readUInt32BE(0) !== 0x01161970 || block.readUInt32BE(4) !== 1) return undefined;
    const [format, blockSize] = [block.readUInt32BE(24), block.readUInt32BE(36)];
    const isOld = format === 1309;
    if (!isOld && (format < 1801 || format > 1899)) return undefined;
    if (!isPowerOfTwo(blockSize) || blockSize < 512 || blockSize > 65536) return undefined;
    return {
      type: isOld ? 'gfs' : 'gfs2',
      usage: 'filesystem',
      at: 65536,
      version: '1',
      label: textAt(block, 160, 64),
      uuid: isOld ? undefined : uuidAt(block, 256),
      blockSize,
      clusterSize: blockSize,
    };
  },
};

/** ScoutFS: a superblock for metadata, one for data. */
export const scoutfs: ContentProbe = {
  type: 'scoutfs_meta',
  identify(look) {
    const block = look.at(65536, 4096);
    if (block === undefined || !standsAt(block, 4, '\x8b\x42\x3c\x10')) return undefined;
    const isMeta = (block.readUInt32LE(48) & 1) !== 0;
    const blockSize = isMeta ? 65536 : 4096;
    // its crc32c leaves out the last inversion
    const isSealed = ~crc32c(block.subarray(4)) >>> 0 === block.readUInt32LE(0);
    return {
      type: isMeta ? 'scoutfs_meta' : 'scoutfs_data',
      usage: 'filesystem',
      at: 65536,
      version: String(littleEndian64(block, 40)),
      uuid: uuidAt(block, 56),
      blockSize,
      clusterSize: blockSize,
      identifiers: { 'file system': Buffer.from(block.subarray(8, 16)).reverse().toString('hex') },
      faults: isSealed ? [] : ['the checksum of its superblock is wrong'],
    };
  },
};

/** VMFS, VMware's file system for the disks of guests. */
export const vmfs: ContentProbe = {
  type: 'VMFS',
  identify(look) {
    const block = look.at(2 * 2 ** 20, 160);
    if (block === undefined || !standsAt(block, 0, '\x5e\xf1\xab\x2f')) return undefined;
    return {
      type: 'VMFS',
      usage: 'filesystem',
      at: 2 * 2 ** 20,
      version: String(block.readUInt8(8)),
      label: textAt(block, 29, 128),
      uuid: vmwareUuid(block, 9),
    };
  },
};

/** A disk of a VMFS volume. */
export const vmfsMember: ContentProbe = {
  type: 'VMFS_volume_member',
  identify(look) {
    const block = look.at(2 ** 20, 1024);
    if (block === undefined || !standsAt(block, 0, '\x0d\xd0\x01\xc0')) return undefined;
    return {
      type: 'VMFS_volume_member',
      usage: 'raid',
      at: 2 ** 20,
      version: String(block.readUInt32LE(4)),
      uuid: textAt(block, 512 + 20, 35),
      memberUuid: vmwareUuid(block, 130),
    };
  },
};

/** Two numbers of four bytes, one of two, six bytes. */
function vmwareUuid(block: Buffer, at: number): string {
  const reversed = (start: number, end: number): string =>
    Buffer.from(block.subarray(at + start, at + end))
      .reverse()
      .toString('hex');
  return [reversed(0, 4), reversed(4, 8), reversed(8, 10), block.toString('hex', at + 10, at + 16)].join('-');
}
