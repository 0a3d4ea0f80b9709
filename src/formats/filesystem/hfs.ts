import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { bigEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, standsAt, wideTextAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// Apple: TN1150, HFS Plus Volume Format; Inside Macintosh: Files, chapter 2
const start = 1024;
/** The name space of the UUID that Apple makes of eight bytes (kUUIDNamespace). */
const nameSpace = 'b3e20f39f29211d697a400306543ecac';

/** HFS. */
export const hfs: ContentProbe = {
  type: 'hfs',
  isTolerant: true,
  identify(look) {
    const block = look.at(start, 162);
    if (block === undefined || !standsAt(block, 0, 'BD') || isWrapper(block)) return undefined;
    const clusterSize = block.readUInt32BE(20);
    if (clusterSize === 0 || clusterSize % 512 !== 0) return undefined;
    const name = block.subarray(37, 37 + Math.min(block.readUInt8(36), 27)).toString('latin1');
    return {
      type: 'hfs',
      usage: 'filesystem',
      at: start,
      label: name === '' ? undefined : name,
      uuid: uuidOf(block.subarray(116, 124)),
      blockSize: clusterSize,
      clusterSize,
      size: product(block.readUInt16BE(18), clusterSize),
      free: product(block.readUInt16BE(34), clusterSize),
    };
  },
};

/** HFS Plus and HFSX, also inside a wrapper of HFS. */
export const hfsPlus: ContentProbe = {
  type: 'hfsplus',
  identify(look) {
    const outer = look.at(start, 162);
    if (outer === undefined) return undefined;
    const shift = isWrapper(outer)
      ? outer.readUInt16BE(28) * 512 + outer.readUInt16BE(126) * outer.readUInt32BE(20)
      : 0;
    const block = look.at(shift + start, 512);
    if (block === undefined || !(standsAt(block, 0, 'H+') || standsAt(block, 0, 'HX'))) return undefined;
    const clusterSize = block.readUInt32BE(40);
    if (!isPowerOfTwo(clusterSize) || clusterSize < 512) return undefined;
    return {
      type: 'hfsplus',
      usage: 'filesystem',
      at: shift + start,
      label: labelOf(look, block, clusterSize, shift),
      uuid: uuidOf(block.subarray(104, 112)),
      blockSize: clusterSize,
      clusterSize,
      size: product(block.readUInt32BE(44), clusterSize),
      free: product(block.readUInt32BE(48), clusterSize),
      notes: (block.readUInt32BE(4) & 0x100) === 0 ? ['it was not unmounted'] : [],
    };
  },
};

const isWrapper = (block: Buffer): boolean =>
  standsAt(block, 0, 'BD') && (standsAt(block, 124, 'H+') || standsAt(block, 124, 'HX'));

/** The name of the root folder: first entry of the first leaf of the catalogue, as far as its first extent reaches. */
function labelOf(look: Look, block: Buffer, clusterSize: number, shift: number): string | undefined {
  const catalogue = 272;
  const fileSize = bigEndian64(block, catalogue);
  const extents = [0, 1, 2, 3, 4, 5, 6, 7].map(index => ({
    start: block.readUInt32BE(catalogue + 16 + index * 8),
    count: block.readUInt32BE(catalogue + 20 + index * 8),
  }));
  const header = look.at(shift + (extents[0]?.start ?? 0) * clusterSize, 40);
  if (header === undefined) return undefined;
  const nodeSize = header.readUInt16BE(32);
  const leaf = header.readUInt32BE(24) * nodeSize;
  if (nodeSize < 512 || leaf + nodeSize > fileSize) return undefined;
  let before = 0;
  for (const { start: first, count } of extents) {
    const length = count * clusterSize;
    if (leaf < before + length) {
      const node = look.at(shift + first * clusterSize + leaf - before, nodeSize);
      // a leaf whose first key has the parent of the root folder
      if (node === undefined || node.readInt8(8) !== -1 || node.readUInt32BE(16) !== 1) return undefined;
      return wideTextAt(node, 22, Math.min(node.readUInt16BE(20), 255) * 2, 'big');
    }
    before += length;
  }
  return undefined;
}

function uuidOf(id: Buffer): string | undefined {
  if (id.every(byte => byte === 0)) return undefined;
  const hash = createHash('md5').update(Buffer.from(nameSpace, 'hex')).update(id).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x30, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
