import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64 } from '#formats/disk/read-bytes';
import type { CachedBlocks } from '#formats/filesystem/cached-blocks';
import type { BlockMap, BlockRun } from '#formats/filesystem/read-mapped';
import type { XfsInode } from '#formats/filesystem/xfs/xfs-inode';
import { byteOfBlock, type XfsSuperblock } from '#formats/filesystem/xfs/xfs-superblock';

/** No file has a block of this number. */
const behindAll = 2 ** 54;

/** Deepest tree of extents (linux: XFS_BTREE_MAXLEVELS). */
const deepest = 9;

/** Finds where the blocks of a file stand: in the list of extents in its inode, or in a tree of them. */
export function blockMapOf(superblock: XfsSuperblock, inode: XfsInode, blocks: CachedBlocks): BlockMap {
  const { fork, form, extents, at, stat } = inode;
  if (inode.isRealtime) throw new ImageFault('unsupported', `inode ${stat.file} stands on a real-time device`, at);
  if (form === 'extents') {
    if (extents * 16 > fork.length)
      throw new ImageFault('malformed', `inode ${stat.file} has ${extents} extents in ${fork.length} bytes`, at);
    return block => runAmong(superblock, fork, 0, extents, block, behindAll, at);
  }
  if (form === 'tree') return treeMap(superblock, inode, blocks);
  throw new ImageFault('malformed', `inode ${stat.file} has no blocks`, at);
}

/** xfs-documentation: B+tree Extent List. The root in the inode has a short head; keys come before pointers. */
function treeMap(superblock: XfsSuperblock, { fork, at: inodeAt }: XfsInode, blocks: CachedBlocks): BlockMap {
  const header = superblock.isFive ? 72 : 24;
  const magic = superblock.isFive ? 'BMA3' : 'BMAP';
  return block => {
    let node = fork;
    let at = inodeAt;
    let level = fork.readUInt16BE(0);
    let count = fork.readUInt16BE(2);
    let keys = 4;
    let room = Math.floor((fork.length - 4) / 16);
    let end = behindAll;
    if (level === 0 || level > deepest) throw new ImageFault('malformed', `a tree of extents has ${level} levels`, at);
    for (;;) {
      if (count === 0 || count > room)
        throw new ImageFault('malformed', `a tree of extents has ${count} entries in a node`, at);
      if (level === 0) return runAmong(superblock, node, keys, count, block, end, at);
      const index = Math.max(
        0,
        lastUpTo(count, each => bigEndian64(node, keys + 8 * each), block),
      );
      if (index + 1 < count) end = Math.min(end, bigEndian64(node, keys + 8 * (index + 1)));
      const child = byteOfBlock(
        superblock,
        bigEndian64(node, keys + 8 * room + 8 * index),
        'a node of a tree of extents',
      );
      node = blocks.at(child, 'a node of a tree of extents');
      at = child;
      const below = node.readUInt16BE(4);
      if (node.toString('latin1', 0, 4) !== magic || below !== level - 1)
        throw new ImageFault('malformed', 'there is no node of a tree of extents', at);
      [level, count, keys, room] = [below, node.readUInt16BE(6), header, Math.floor((node.length - header) / 16)];
    }
  };
}

/** Gives the run of a block among records of extents: 1 bit unwritten, 54 bits first block of the file, 52 bits where it stands, 21 bits length. */
function runAmong(
  superblock: XfsSuperblock,
  records: Buffer,
  start: number,
  count: number,
  block: number,
  end: number,
  at: number,
): BlockRun {
  const first = (index: number): number =>
    (records.readUInt32BE(start + 16 * index) & 0x7fff_ffff) * 2 ** 23 +
    (records.readUInt32BE(start + 16 * index + 4) >>> 9);
  const index = lastUpTo(count, first, block);
  const next = index + 1 < count ? Math.min(end, first(index + 1)) : end;
  if (next <= block) throw new ImageFault('malformed', 'a list of extents is out of order', at);
  if (index < 0) return { at: undefined, count: next - block };
  const place = start + 16 * index;
  const low = records.readUInt32BE(place + 12);
  const length = low & 0x1f_ffff;
  const skip = block - first(index);
  if (skip >= length) return { at: undefined, count: next - block };
  const rest = Math.min(length - skip, next - block);
  if (records.readUInt32BE(place) >>> 31 === 1) return { at: undefined, count: rest };
  const from =
    (records.readUInt32BE(place + 4) & 0x1ff) * 2 ** 43 + records.readUInt32BE(place + 8) * 2 ** 11 + (low >>> 21);
  return { at: byteOfBlock(superblock, from + skip, 'an extent'), count: rest };
}

function lastUpTo(count: number, first: (index: number) => number, block: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (first(middle) <= block) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
