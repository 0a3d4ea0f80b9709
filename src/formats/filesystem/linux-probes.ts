import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

/** EROFS (fs/erofs/erofs_fs.h of the kernel). */
export const erofs: ContentProbe = {
  type: 'erofs',
  identify(look) {
    const block = look.at(1024, 128);
    if (block === undefined || block.readUInt32LE(0) !== 0xe0f5e1e2) return undefined;
    const shift = block.readUInt8(12);
    if (shift < 9 || shift > 16) return undefined;
    const blockSize = 2 ** shift;
    return {
      type: 'erofs',
      usage: 'filesystem',
      at: 1024,
      label: textAt(block, 64, 16),
      uuid: uuidAt(block, 48),
      blockSize,
      clusterSize: blockSize,
      size: product(block.readUInt32LE(36), blockSize),
      free: 0,
    };
  },
};

/** SquashFS, version 4 and those before (fs/squashfs/squashfs_fs.h of the kernel). */
export const squashfs: ContentProbe = {
  type: 'squashfs',
  identify(look) {
    const block = look.at(0, 96);
    const isLittle = standsAt(block, 0, 'hsqs');
    if (block === undefined || !(isLittle || standsAt(block, 0, 'sqsh'))) return undefined;
    const [major, minor] = isLittle
      ? [block.readUInt16LE(28), block.readUInt16LE(30)]
      : [block.readUInt16BE(28), block.readUInt16BE(30)];
    if (major === 0 || major > 4 || (major === 4 && !isLittle)) return undefined;
    const isNew = major === 4;
    const size = isNew ? product(littleEndian64(block, 40), 1) : undefined;
    const blockSize = isNew ? block.readUInt32LE(12) : undefined;
    return {
      type: isNew ? 'squashfs' : 'squashfs3',
      usage: 'filesystem',
      at: 0,
      version: `${major}.${minor}`,
      blockSize: blockSize ?? 1024,
      clusterSize: blockSize ?? 1024,
      size,
      free: 0,
    };
  },
};

/** romfs (Documentation/filesystems/romfs.rst). */
export const romfs: ContentProbe = {
  type: 'romfs',
  identify(look) {
    const block = look.at(0, 32);
    if (block === undefined || !standsAt(block, 0, '-rom1fs-')) return undefined;
    const size = block.readUInt32BE(8);
    return {
      type: 'romfs',
      usage: 'filesystem',
      at: 0,
      label: textAt(block, 16, 16),
      blockSize: 1024,
      clusterSize: 1024,
      size,
      free: 0,
    };
  },
};

/** cramfs (include/uapi/linux/cramfs_fs.h), in both orders of bytes. */
export const cramfs: ContentProbe = {
  type: 'cramfs',
  identify(look) {
    const block = look.at(0, 64);
    if (block === undefined || !standsAt(block, 16, 'Compressed ROMFS')) return undefined;
    const isLittle = block.readUInt32LE(0) === 0x28cd3d45;
    if (!isLittle && block.readUInt32BE(0) !== 0x28cd3d45) return undefined;
    return {
      type: 'cramfs',
      usage: 'filesystem',
      at: 0,
      version: ((isLittle ? block.readUInt32LE(8) : block.readUInt32BE(8)) & 1) === 0 ? '1' : '2',
      label: textAt(block, 48, 16),
      size: isLittle ? block.readUInt32LE(4) : block.readUInt32BE(4),
      free: 0,
      byteOrder: isLittle ? 'little' : 'big',
    };
  },
};

/** JFS (fs/jfs/jfs_superblock.h of the kernel). */
export const jfs: ContentProbe = {
  type: 'jfs',
  identify(look) {
    const block = look.at(32768, 184);
    if (block === undefined || !standsAt(block, 0, 'JFS1')) return undefined;
    const blockSize = block.readUInt32LE(16);
    if (!isPowerOfTwo(blockSize) || 2 ** block.readUInt16LE(20) !== blockSize) return undefined;
    return {
      type: 'jfs',
      usage: 'filesystem',
      at: 32768,
      version: String(block.readUInt32LE(4)),
      label: textAt(block, 152, 16),
      uuid: uuidAt(block, 136),
      blockSize,
      clusterSize: blockSize,
      size: product(littleEndian64(block, 8), 2 ** block.readUInt16LE(26)),
    };
  },
};

/** ReiserFS 3 (fs/reiserfs/reiserfs.h of the kernel). */
export const reiserfs: ContentProbe = {
  type: 'reiserfs',
  identify(look) {
    for (const at of [65536, 8192]) {
      const block = look.at(at, 116);
      const isNew = standsAt(block, 52, 'ReIsEr2Fs') || standsAt(block, 52, 'ReIsEr3Fs');
      if (block === undefined || !(isNew || standsAt(block, 52, 'ReIsErFs'))) continue;
      const blockSize = block.readUInt16LE(44);
      if (!isPowerOfTwo(blockSize) || blockSize < 512) continue;
      const version = standsAt(block, 52, 'ReIsEr3Fs') ? 'JR' : isNew ? '3.6' : '3.5';
      return {
        type: 'reiserfs',
        usage: 'filesystem',
        at,
        version,
        label: isNew ? textAt(block, 100, 16) : undefined,
        uuid: isNew ? uuidAt(block, 84) : undefined,
        blockSize,
        clusterSize: blockSize,
        size: product(block.readUInt32LE(0), blockSize),
        free: product(block.readUInt32LE(4), blockSize),
      };
    }
    return undefined;
  },
};

/** Reiser4: a master superblock, and one of the disk format in the block after it (reiser4: plugin/disk_format). */
export const reiser4: ContentProbe = {
  type: 'reiser4',
  identify(look) {
    const block = look.at(65536, 52);
    if (block === undefined || !standsAt(block, 0, 'ReIsEr4')) return undefined;
    const blockSize = block.readUInt16LE(18);
    if (!isPowerOfTwo(blockSize) || blockSize < 512) return undefined;
    const format = look.at(65536 + blockSize, 128);
    const isKnown = format !== undefined && standsAt(format, 52, 'ReIsEr40FoRmAt');
    return {
      type: 'reiser4',
      usage: 'filesystem',
      at: 65536,
      version: '4',
      label: textAt(block, 36, 16),
      uuid: uuidAt(block, 20),
      blockSize,
      clusterSize: blockSize,
      size: isKnown ? product(littleEndian64(format, 0), blockSize) : undefined,
      free: isKnown ? product(littleEndian64(format, 8), blockSize) : undefined,
    };
  },
};

/** NILFS2: a superblock at 1024 and a copy eight sectors before the end; the newer one that is sound counts (fs/nilfs2). */
export const nilfs2: ContentProbe = {
  type: 'nilfs2',
  identify(look) {
    const places = [1024, (Math.floor(look.size / 512) - 8) * 512];
    const found = places.flatMap(at => {
      const block = look.at(at, 1024);
      if (block === undefined || block.readUInt16LE(6) !== 0x3434) return [];
      const [length, seed] = [block.readUInt16LE(8), block.readUInt32LE(12)];
      if (length < 248 || length > 1024) return [];
      const sealed = Buffer.from(block.subarray(0, length));
      sealed.writeUInt32LE(0, 16);
      // the kernel's crc32_le inverts neither before nor after
      return ~crc32(sealed, ~seed >>> 0) >>> 0 === block.readUInt32LE(16) ? [{ at, block }] : [];
    });
    const [one, other] = found;
    const best = one && other && littleEndian64(other.block, 56) > littleEndian64(one.block, 56) ? other : one;
    if (best === undefined) return undefined;
    const { at, block } = best;
    const shift = block.readUInt32LE(20);
    if (shift > 6) return undefined;
    const blockSize = 1024 * 2 ** shift;
    return {
      type: 'nilfs2',
      usage: 'filesystem',
      at,
      version: String(block.readUInt32LE(0)),
      label: textAt(block, 168, 80),
      uuid: uuidAt(block, 152),
      blockSize,
      clusterSize: blockSize,
      size: product(littleEndian64(block, 32), 1),
      free: product(littleEndian64(block, 80), blockSize),
      notes: (block.readUInt16LE(116) & 1) === 0 ? ['it was not unmounted'] : [],
      faults: found.length < 2 ? ['one of its two superblocks is damaged'] : [],
    };
  },
};
