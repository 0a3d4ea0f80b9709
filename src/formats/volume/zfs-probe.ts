import type { Buffer } from 'node:buffer';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// Sun: ZFS On-Disk Specification, chapter 1; XDR of name-value lists: libnvpair
const labelSize = 256 * 1024;
const magic = 0x00bab10c;
/** Fewer of them are chance, or what is left of a pool that was. */
const leastBlocks = 4;
const kinds = { number: 8, text: 9 };

/** A disk of a ZFS pool. */
export const zfs: ContentProbe = {
  type: 'zfs_member',
  identify(look) {
    if (look.size < 64 * 2 ** 20) return undefined;
    const end = look.size - (look.size % labelSize);
    let found = 0;
    for (const label of [0, labelSize, end - 2 * labelSize, end - labelSize]) {
      const blocks = look.at(label + labelSize / 2, labelSize / 2);
      if (blocks === undefined) continue;
      for (let at = 0; at < blocks.length; at += 1024) {
        const version = versionAt(blocks, at);
        if (version === undefined) continue;
        found += 1;
        if (found >= leastBlocks)
          return {
            type: 'zfs_member',
            usage: 'raid',
            at: label + labelSize / 2 + at,
            version,
            ...namesIn(look, label),
          };
      }
    }
    return undefined;
  },
};

function versionAt(blocks: Buffer, at: number): string | undefined {
  if (blocks.readUInt32LE(at) === magic && blocks.readUInt32LE(at + 4) === 0)
    return String(blocks.readUInt32LE(at + 8));
  if (blocks.readUInt32BE(at) === 0 && blocks.readUInt32BE(at + 4) === magic)
    return String(blocks.readUInt32BE(at + 12));
  return undefined;
}

/** Name and number of the pool and number of the disk, from the list of names and values in a label. */
function namesIn(look: Look, label: number): Partial<Content> {
  const list = look.at(label + 16384, 65536);
  const found: { label?: string | undefined; uuid?: string; memberUuid?: string } = {};
  if (list === undefined) return found;
  // a header of four bytes, then version and flags
  for (let at = 12; at + 12 <= list.length; ) {
    const [size, nameLength] = [list.readUInt32BE(at), list.readUInt32BE(at + 8)];
    if (size < 20 || nameLength > 256 || at + size > list.length) break;
    const name = list.toString('latin1', at + 12, at + 12 + nameLength);
    const value = at + 12 + Math.ceil(nameLength / 4) * 4;
    const kind = value + 8 <= at + size ? list.readUInt32BE(value) : 0;
    if (name === 'name' && kind === kinds.text) found.label = textAt(list, value + 12, list.readUInt32BE(value + 8));
    if (name === 'pool_guid' && kind === kinds.number) found.uuid = String(list.readBigUInt64BE(value + 8));
    if (name === 'guid' && kind === kinds.number) found.memberUuid = String(list.readBigUInt64BE(value + 8));
    at += size;
  }
  return found;
}
