import type { Buffer } from 'node:buffer';
import type { ContentProbe } from '#formats/inside/content-probe';
import { standsAt, textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/*
 * Arrays of the firmware of disk controllers. Their descriptions stand in the last sectors of each disk (Linux: mdadm super-ddf.c and
 * super-intel.c; dmraid lib/format/ataraid).
 */
const sector = 512;
const leastSize = 65536;

/** Gives a sector, counted from the end of a disk: 1 is the last whole one. */
function fromEnd(look: Look, count: number): { at: number; bytes: Buffer } | undefined {
  const at = (Math.floor(look.size / sector) - count) * sector;
  const bytes = look.size < leastSize ? undefined : look.at(at, sector);
  return bytes === undefined ? undefined : { at, bytes };
}

/** SNIA's common format, by the header that stands last or 257 sectors before the end. */
export const ddf: ContentProbe = {
  type: 'ddf_raid_member',
  identify(look) {
    for (const count of [1, 257]) {
      const found = fromEnd(look, count);
      if (found === undefined || found.bytes.readUInt32BE(0) !== 0xde11de11) continue;
      return {
        type: 'ddf_raid_member',
        usage: 'raid',
        at: found.at,
        uuid: textAt(found.bytes, 8, 24),
        version: textAt(found.bytes, 32, 8),
      };
    }
    return undefined;
  },
};

/** Intel's Matrix Storage or Rapid Storage. */
export const isw: ContentProbe = {
  type: 'isw_raid_member',
  identify(look) {
    const found = fromEnd(look, 2);
    if (found === undefined || !standsAt(found.bytes, 0, 'Intel Raid ISM Cfg Sig. ')) return undefined;
    return { type: 'isw_raid_member', usage: 'raid', at: found.at, version: textAt(found.bytes, 24, 6) };
  },
};

/** JMicron. */
export const jmicron: ContentProbe = {
  type: 'jmicron_raid_member',
  identify(look) {
    const found = fromEnd(look, 1);
    if (found === undefined || !standsAt(found.bytes, 0, 'JM')) return undefined;
    // all words of the first 128 bytes come to nothing, or to one
    let sum = 0;
    for (let at = 0; at < 128; at += 2) sum = (sum + found.bytes.readUInt16LE(at)) & 0xffff;
    if (sum > 1) return undefined;
    const version = `${found.bytes.readUInt8(3)}.${found.bytes.readUInt8(2)}`;
    return { type: 'jmicron_raid_member', usage: 'raid', at: found.at, version };
  },
};

/** LSI Logic MegaRAID of the board. */
export const lsi: ContentProbe = {
  type: 'lsi_mega_raid_member',
  identify(look) {
    const found = fromEnd(look, 1);
    if (found === undefined || !standsAt(found.bytes, 0, '$XIDE$')) return undefined;
    return { type: 'lsi_mega_raid_member', usage: 'raid', at: found.at };
  },
};

/** NVIDIA's nForce. */
export const nvidia: ContentProbe = {
  type: 'nvidia_raid_member',
  identify(look) {
    const found = fromEnd(look, 2);
    if (found === undefined || !standsAt(found.bytes, 0, 'NVIDIA')) return undefined;
    return { type: 'nvidia_raid_member', usage: 'raid', at: found.at, version: String(found.bytes.readUInt16LE(16)) };
  },
};

/** Promise FastTrak: the description stands a little before the end, where depends on the disk. */
export const promise: ContentProbe = {
  type: 'promise_fasttrack_raid_member',
  identify(look) {
    for (const count of [63, 255, 256, 16, 399, 591, 675, 735, 911, 974, 991, 951, 3087]) {
      const found = fromEnd(look, count);
      if (found !== undefined && standsAt(found.bytes, 0, 'Promise Technology, Inc.'))
        return { type: 'promise_fasttrack_raid_member', usage: 'raid', at: found.at };
    }
    return undefined;
  },
};

/** Silicon Image Medley. */
export const silicon: ContentProbe = {
  type: 'silicon_medley_raid_member',
  identify(look) {
    const found = fromEnd(look, 1);
    if (found === undefined || found.bytes.readUInt32LE(0x60) !== 0x2f000000 || found.bytes.readUInt8(0x116) >= 8)
      return undefined;
    let sum = 0;
    for (let at = 0; at < 0x13e; at += 2) sum += found.bytes.readUInt16LE(at);
    if ((-sum & 0xffff) !== found.bytes.readUInt16LE(0x13e)) return undefined;
    const version = `${found.bytes.readUInt16LE(0x10a)}.${found.bytes.readUInt16LE(0x108)}`;
    return { type: 'silicon_medley_raid_member', usage: 'raid', at: found.at, version };
  },
};

/** VIA. */
export const via: ContentProbe = {
  type: 'via_raid_member',
  identify(look) {
    const found = fromEnd(look, 1);
    if (found === undefined || found.bytes.readUInt16LE(0) !== 0xaa55 || found.bytes.readUInt8(2) > 2) return undefined;
    let sum = 0;
    for (let at = 0; at < 50; at += 1) sum += found.bytes.readUInt8(at);
    if ((sum & 0xff) !== found.bytes.readUInt8(50)) return undefined;
    return { type: 'via_raid_member', usage: 'raid', at: found.at, version: String(found.bytes.readUInt8(2)) };
  },
};

/** HighPoint 37x and 45x. */
export const highpoint: ContentProbe = {
  type: 'hpt37x_raid_member',
  identify(look) {
    const early = look.at(9 * sector, sector);
    if (early !== undefined && [0x5a7816f0, 0x5a7816fd].includes(early.readUInt32LE(32)))
      return { type: 'hpt37x_raid_member', usage: 'raid', at: 9 * sector + 32 };
    const late = fromEnd(look, 11);
    if (late !== undefined && [0x5a7816f3, 0x5a7816fd].includes(late.bytes.readUInt32LE(0)))
      return { type: 'hpt45x_raid_member', usage: 'raid', at: late.at };
    return undefined;
  },
};
