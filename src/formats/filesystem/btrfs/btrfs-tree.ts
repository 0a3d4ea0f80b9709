import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { TreeRoot } from '#formats/filesystem/btrfs/btrfs-superblock';

/** What a tree is ordered by. Numbers above 2⁵³ are not exact: they belong to trees that are not read here. */
interface TreeKey {
  readonly object: number;
  readonly type: number;
  readonly offset: number;
}

/** An item of a tree. */
export interface TreeItem extends TreeKey {
  readonly data: Buffer;
}

/** Gives a node by its logical address. */
export type ReadNode = (address: number) => Buffer;

const header = 101;
const [itemSize, pointerSize] = [25, 33];
/** Deepest tree (linux: BTRFS_MAX_LEVEL). */
const deepest = 7;

/** Gives the items of an object and type from an offset on, in order. Ends: each level of a tree lies below the one before, and goes on only forwards. */
export function* itemsFrom(read: ReadNode, root: TreeRoot, from: TreeKey): Generator<TreeItem> {
  yield* below(read, root, from, { object: -1, type: -1, offset: -1 });
}

function* below(
  read: ReadNode,
  { address, level }: TreeRoot,
  from: TreeKey,
  after: TreeKey,
): Generator<TreeItem, 'end' | 'on'> {
  const node = nodeAt(read, address, level);
  const count = countOf(node, level, address);
  let last = after;
  for (let index = Math.max(0, lastUpTo(node, level, count, from)); index < count; index++) {
    const key = keyAt(node, level, index);
    if (key.object < 2 ** 53 && compare(key, last) <= 0)
      throw new ImageFault('malformed', `a node at address ${address} is out of order`);
    last = key;
    if (key.object > from.object || (key.object === from.object && key.type > from.type)) return 'end';
    if (level > 0) {
      refuseStranger(read, node, index, level);
      if ((yield* below(read, childAt(node, index, level), from, after)) === 'end') return 'end';
    } else if (compare(key, from) >= 0) yield itemAt(node, index, key, address);
  }
  return 'on';
}

/** Gives the last item at or before a key; undefined where the tree begins behind it. */
export function itemUpTo(read: ReadNode, root: TreeRoot, key: TreeKey): TreeItem | undefined {
  let [address, level] = [root.address, root.level];
  for (;;) {
    const node = nodeAt(read, address, level);
    const index = lastUpTo(node, level, countOf(node, level, address), key);
    if (index < 0) return undefined;
    if (level === 0) return itemAt(node, index, keyAt(node, level, index), address);
    ({ address, level } = childAt(node, index, level));
  }
}

/** A node begins with the key under which it is found: so none can stand at two places, and a tree that is damaged ends too. */
function refuseStranger(read: ReadNode, node: Buffer, index: number, level: number): void {
  const { address } = childAt(node, index, level);
  const child = read(address);
  const at = header + index * pointerSize;
  if (child.compare(node, at, at + 17, header, header + 17) !== 0)
    throw new ImageFault('malformed', `the node at address ${address} does not begin with its key`);
}

function nodeAt(read: ReadNode, address: number, level: number): Buffer {
  if (level > deepest) throw new ImageFault('malformed', `a tree is ${level} deep`);
  const node = read(address);
  if (littleEndian64(node, 48) !== address || node.readUInt8(100) !== level)
    throw new ImageFault('malformed', `there is no node of level ${level} at address ${address}`);
  return node;
}

function countOf(node: Buffer, level: number, address: number): number {
  const count = node.readUInt32LE(96);
  if (header + count * (level === 0 ? itemSize : pointerSize) > node.length)
    throw new ImageFault('malformed', `the node at address ${address} has ${count} entries`);
  return count;
}

function keyAt(node: Buffer, level: number, index: number): TreeKey {
  const at = header + index * (level === 0 ? itemSize : pointerSize);
  return { object: littleEndian64(node, at), type: node.readUInt8(at + 8), offset: littleEndian64(node, at + 9) };
}

const childAt = (node: Buffer, index: number, level: number): TreeRoot => ({
  address: littleEndian64(node, header + index * pointerSize + 17),
  level: level - 1,
});

function itemAt(node: Buffer, index: number, key: TreeKey, address: number): TreeItem {
  const at = header + index * itemSize + 17;
  const start = header + node.readUInt32LE(at);
  const end = start + node.readUInt32LE(at + 4);
  if (end > node.length) throw new ImageFault('malformed', `an item of the node at address ${address} ends behind it`);
  return { ...key, data: node.subarray(start, end) };
}

const compare = (a: TreeKey, b: TreeKey): number => a.object - b.object || a.type - b.type || a.offset - b.offset;

function lastUpTo(node: Buffer, level: number, count: number, key: TreeKey): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(keyAt(node, level, middle), key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
