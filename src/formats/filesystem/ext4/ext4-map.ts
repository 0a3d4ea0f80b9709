import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { CachedBlocks } from '#formats/filesystem/cached-blocks';
import { type Ext4Inode, inodeFlags } from '#formats/filesystem/ext4/ext4-inode';
import type { BlockMap, BlockRun } from '#formats/filesystem/read-mapped';

/** Finds where the blocks of a file stand: by its extents, or by block numbers as ext2 has them. `total`: blocks of the file system. */
export function blockMapOf(inode: Ext4Inode, blocks: CachedBlocks, total: number): BlockMap {
  const map = (inode.flags & inodeFlags.extents) !== 0 ? extentMap(inode, blocks) : numberMap(inode, blocks);
  return block => {
    const run = map(block);
    const end = run.at === undefined ? 0 : run.at / blocks.size + run.count;
    if (end > total)
      throw new ImageFault('malformed', `inode ${inode.stat.file} has blocks behind the last one`, inode.at);
    return run;
  };
}

/** The deepest tree of extents that Linux makes (EXT4_MAX_EXTENT_DEPTH). */
const deepest = 5;

/** linux: Documentation/filesystems/ext4/ifork.rst, Extent Tree. */
function extentMap(inode: Ext4Inode, blocks: CachedBlocks): BlockMap {
  return block => {
    let node = inode.body;
    let at = inode.at + 40;
    // the first block that is not of this node any more
    let end = 2 ** 32;
    for (let depth = depthOf(node, at); ; ) {
      const count = node.readUInt16LE(2);
      if (12 + count * 12 > node.length)
        throw new ImageFault('malformed', `an extent tree has ${count} entries in a node`, at);
      const index = lastUpTo(node, count, block);
      if (index + 1 < count) end = Math.min(end, node.readUInt32LE(12 * (index + 2)));
      if (end <= block) throw new ImageFault('malformed', 'an extent tree is out of order', at);
      if (index < 0) return { at: undefined, count: end - block };
      const entry = 12 * (index + 1);
      if (depth === 0) return leafRun(node, entry, block, end, blocks.size);
      const child = (node.readUInt16LE(entry + 8) * 0x1_0000_0000 + node.readUInt32LE(entry + 4)) * blocks.size;
      node = blocks.at(child, 'a node of an extent tree');
      at = child;
      const below = depthOf(node, at);
      if (below !== depth - 1)
        throw new ImageFault('malformed', `a node of depth ${depth} has one of depth ${below} below it`, at);
      depth = below;
    }
  };
}

function leafRun(node: Buffer, entry: number, block: number, end: number, blockSize: number): BlockRun {
  const first = node.readUInt32LE(entry);
  const length = node.readUInt16LE(entry + 4);
  // longer than 32,768: set aside and not written yet
  const isWritten = length <= 32_768;
  const count = isWritten ? length : length - 32_768;
  const skip = block - first;
  if (skip >= count) return { at: undefined, count: end - block };
  const start = node.readUInt16LE(entry + 6) * 0x1_0000_0000 + node.readUInt32LE(entry + 8);
  return { at: isWritten ? (start + skip) * blockSize : undefined, count: Math.min(count - skip, end - block) };
}

function depthOf(node: Buffer, at: number): number {
  if (node.readUInt16LE(0) !== 0xf30a) throw new ImageFault('malformed', 'there is no node of an extent tree', at);
  const depth = node.readUInt16LE(6);
  if (depth > deepest) throw new ImageFault('malformed', `an extent tree is ${depth} deep`, at);
  return depth;
}

/** Gives which of a node's entries, in order of their first blocks, is the last that begins at or before a block; -1: none. */
function lastUpTo(node: Buffer, count: number, block: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (node.readUInt32LE(12 * (middle + 1)) <= block) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Twelve numbers of blocks, then one of a table of numbers, one of a table of tables, one of a table of those. */
function numberMap({ body, stat }: Ext4Inode, blocks: CachedBlocks): BlockMap {
  const perTable = blocks.size / 4;
  return block => {
    if (block < 12) return runIn(body, block, 12, blocks.size);
    let rest = block - 12;
    for (let depth = 1; depth <= 3; depth++) {
      const span = perTable ** depth;
      if (rest < span) return inTables(body.readUInt32LE(4 * (11 + depth)), depth, rest, blocks);
      rest -= span;
    }
    throw new ImageFault('malformed', `inode ${stat.file} is larger than its block numbers reach`);
  };
}

function inTables(top: number, levels: number, place: number, blocks: CachedBlocks): BlockRun {
  const perTable = blocks.size / 4;
  let [table, rest] = [top, place];
  for (let depth = levels; ; depth--) {
    const span = perTable ** depth;
    if (table === 0) return { at: undefined, count: span - rest };
    const numbers = blocks.at(table * blocks.size, 'a table of block numbers');
    if (depth === 1) return runIn(numbers, rest, perTable, blocks.size);
    const below = span / perTable;
    table = numbers.readUInt32LE(4 * Math.floor(rest / below));
    rest %= below;
  }
}

/** Gives how many numbers from one on follow each other, or are all zero. */
function runIn(numbers: Buffer, from: number, to: number, blockSize: number): BlockRun {
  const first = numbers.readUInt32LE(4 * from);
  let count = 1;
  while (from + count < to && numbers.readUInt32LE(4 * (from + count)) === (first === 0 ? 0 : first + count)) count++;
  return { at: first === 0 ? undefined : first * blockSize, count };
}
