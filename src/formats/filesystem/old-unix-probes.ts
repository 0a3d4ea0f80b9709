import type { Buffer } from 'node:buffer';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

const ufsMagics = [0x19540119, 0x00011954, 0x00195612, 0x00095014, 0x00612195, 0x05231994];
const ufs2Magic = 0x19540119;

/** UFS 1 and 2 of the BSDs and Solaris (fs/ufs/ufs_fs.h of the kernel), in both orders of bytes. */
export const ufs: ContentProbe = {
  type: 'ufs',
  identify(look) {
    for (const at of [0, 8192, 65536, 262144]) {
      const block = look.at(at, 1376);
      if (block === undefined) return undefined;
      const [littleMagic, bigMagic] = [block.readUInt32LE(1372), block.readUInt32BE(1372)];
      const isLittle = ufsMagics.includes(littleMagic);
      if (!isLittle && !ufsMagics.includes(bigMagic)) continue;
      const four = (place: number): number => (isLittle ? block.readUInt32LE(place) : block.readUInt32BE(place));
      const isNew = four(1372) === ufs2Magic;
      const blockSize = four(52);
      const id = [four(144), four(148)].map(word => word.toString(16).padStart(8, '0')).join('');
      return {
        type: 'ufs',
        usage: 'filesystem',
        at: at + 1372,
        version: isNew ? '2' : '1',
        label: isNew ? textAt(block, 680, 32) : undefined,
        uuid: id === '0000000000000000' ? undefined : id,
        blockSize: isPowerOfTwo(blockSize) ? blockSize : undefined,
        clusterSize: isPowerOfTwo(blockSize) ? blockSize : undefined,
        size: isNew || !isPowerOfTwo(blockSize) ? undefined : product(four(36), blockSize),
        byteOrder: isLittle ? 'little' : 'big',
      };
    }
    return undefined;
  },
};

const minixMagics = new Map([
  [0x137f, 1],
  [0x138f, 1],
  [0x2468, 2],
  [0x2478, 2],
]);

/** Minix 1, 2 and 3 (include/uapi/linux/minix_fs.h), in both orders of bytes. */
export const minix: ContentProbe = {
  type: 'minix',
  identify(look) {
    const block = look.at(1024, 64);
    // parts of ext look like it
    if (block === undefined || block.readUInt16LE(56) === 0xef53) return undefined;
    return minixOf(block, true) ?? minixOf(block, false);
  },
};

function minixOf(block: Buffer, isLittle: boolean): ReturnType<ContentProbe['identify']> {
  const two = (at: number): number => (isLittle ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const four = (at: number): number => (isLittle ? block.readUInt32LE(at) : block.readUInt32BE(at));
  const version = minixMagics.get(two(16)) ?? (two(24) === 0x4d5a ? 3 : undefined);
  if (version === undefined) return undefined;
  const [inodes, inodeMap, zoneMap] = version === 3 ? [four(0), two(6), two(8)] : [two(0), two(4), two(6)];
  const zones = version === 1 ? two(2) : four(20);
  const firstZone = version === 3 ? two(10) : two(8);
  const blockSize = version === 3 ? two(28) : 1024;
  if (inodeMap === 0 || zoneMap === 0 || !isPowerOfTwo(blockSize) || blockSize < 1024) return undefined;
  if (inodeMap * blockSize * 8 < inodes + 1 || zoneMap * blockSize * 8 < zones - firstZone + 1) return undefined;
  return {
    type: 'minix',
    usage: 'filesystem',
    at: 1024 + (version === 3 ? 24 : 16),
    version: String(version),
    blockSize,
    clusterSize: blockSize,
    size: product(zones, blockSize),
    byteOrder: isLittle ? 'little' : 'big',
  };
}

/** Veritas's VxFS (fs/freevxfs/vxfs.h of the kernel), in both orders of bytes. */
export const vxfs: ContentProbe = {
  type: 'vxfs',
  identify(look) {
    const little = look.at(1024, 64);
    const big = look.at(8192, 64);
    const isLittle = little !== undefined && little.readUInt32LE(0) === 0xa501fcf5;
    if (!isLittle && (big === undefined || big.readUInt32BE(0) !== 0xa501fcf5)) return undefined;
    const block = isLittle ? little : big;
    if (block === undefined) return undefined;
    const blockSize = isLittle ? block.readUInt32LE(32) : block.readUInt32BE(32);
    return {
      type: 'vxfs',
      usage: 'filesystem',
      at: isLittle ? 1024 : 8192,
      version: String(isLittle ? block.readUInt32LE(4) : block.readUInt32BE(4)),
      blockSize,
      clusterSize: blockSize,
      byteOrder: isLittle ? 'little' : 'big',
    };
  },
};

/** NSS, the pools of Novell's NetWare and Open Enterprise Server. */
export const nss: ContentProbe = {
  type: 'nss',
  identify(look) {
    const block = look.at(4096, 364);
    if (block === undefined || !standsAt(block, 0, 'SPB5')) return undefined;
    return {
      type: 'nss',
      usage: 'filesystem',
      at: 4096,
      version: `${block.readUInt16LE(8)}.${String(block.readUInt16LE(10)).padStart(2, '0')}`,
      uuid: uuidAt(block, 348),
    };
  },
};
