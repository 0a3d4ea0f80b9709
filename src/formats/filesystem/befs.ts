import { Buffer } from 'node:buffer';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt, textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// D. Giampaolo: Practical File System Design, chapter 4
const inodeMagic = 0x3bbe0ad9;
const volumeId = 'be:volume_id';
const wideNumber = 0x554c4c47;

/** Reads numbers in the order of the bytes of one file system. */
interface Order {
  readonly isLittle: boolean;
  readonly two: (bytes: Buffer, at: number) => number;
  readonly four: (bytes: Buffer, at: number) => number;
}

const little: Order = { isLittle: true, two: (b, at) => b.readUInt16LE(at), four: (b, at) => b.readUInt32LE(at) };
const big: Order = { isLittle: false, two: (b, at) => b.readUInt16BE(at), four: (b, at) => b.readUInt32BE(at) };

/** BeFS, of BeOS and Haiku, in both orders of bytes. */
export const befs: ContentProbe = {
  type: 'befs',
  identify(look) {
    for (const at of [0, 512]) {
      const block = look.at(at, 132);
      const order = standsAt(block, 32, '1SFB') ? little : standsAt(block, 32, 'BFS1') ? big : undefined;
      if (block === undefined || order === undefined) continue;
      if (order.four(block, 68) !== 0xdd121031 || order.four(block, 112) !== 0x15b6830e) continue;
      const [blockSize, shift] = [order.four(block, 40), order.four(block, 44)];
      if (shift < 10 || shift > 13 || blockSize !== 2 ** shift) continue;
      const count = order.four(block, order.isLittle ? 48 : 52);
      const used = order.four(block, order.isLittle ? 56 : 60);
      return {
        type: 'befs',
        usage: 'filesystem',
        at,
        version: order.isLittle ? 'little-endian' : 'big-endian',
        label: textAt(block, 0, 32),
        uuid: volumeIdOf(look, block, order),
        blockSize,
        clusterSize: blockSize,
        size: product(count, blockSize),
        free: used > count ? undefined : product(count - used, blockSize),
        byteOrder: order.isLittle ? 'little' : 'big',
      };
    }
    return undefined;
  },
};

/** The volume's number: a small attribute in the inode of the root folder. */
function volumeIdOf(look: Look, block: Buffer, order: Order): string | undefined {
  const shift = order.four(block, 44);
  const groupShift = order.four(block, 76);
  if (groupShift > 31) return undefined;
  const inodeBlock = order.four(block, 116) * 2 ** groupShift + order.two(block, 120);
  const inode = look.at(inodeBlock * 2 ** shift, 2 ** shift);
  if (inode === undefined || order.four(inode, 0) !== inodeMagic) return undefined;
  const [first, end] = [232, Math.min(inode.length, order.four(inode, 64))];
  for (let at = first; at + 8 <= end; ) {
    const [kind, nameLength, length] = [order.four(inode, at), order.two(inode, at + 4), order.two(inode, at + 6)];
    const data = at + 8 + nameLength + 3;
    if (kind === 0 && nameLength === 0) return undefined;
    if (data + length + 1 > inode.length) return undefined;
    if (kind === wideNumber && length === 8 && standsAt(inode, at + 8, volumeId)) {
      const bytes = Buffer.from(inode.subarray(data, data + 8));
      return (order.isLittle ? bytes.reverse() : bytes).toString('hex');
    }
    at = data + length + 1;
  }
  return undefined;
}
