import type { Buffer } from 'node:buffer';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

// fs/bcachefs/bcachefs_format.h of the kernel, struct bch_sb
const start = 4096;
const magics = [
  '\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef',
  '\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81',
];
const fieldsAt = 752;
const mostSize = 65536;
const kinds = { members: 1, groups: 5, membersNew: 11 };
const mostGroups = 16;

/** Bcachefs. */
export const bcachefs: ContentProbe = {
  type: 'bcachefs',
  identify(look) {
    const head = look.at(start, fieldsAt);
    if (head === undefined || !magics.some(magic => standsAt(head, 24, magic))) return undefined;
    const devices = head.readUInt8(123);
    const index = head.readUInt8(122);
    const size = fieldsAt + head.readUInt32LE(124) * 8;
    // a superblock of bcache has the same old magic, and no devices here
    if (littleEndian64(head, 104) !== start / 512 || devices === 0 || index >= devices || size > mostSize)
      return undefined;
    const block = look.at(start, size);
    if (block === undefined) return undefined;
    const blockSize = head.readUInt16LE(120) * 512;
    const version = head.readUInt16LE(16);
    return {
      type: 'bcachefs',
      usage: 'filesystem',
      at: start,
      version: version < 1024 ? String(version) : `${version >> 10}.${version & 1023}`,
      label: textAt(head, 72, 32),
      uuid: uuidAt(head, 56),
      blockSize,
      clusterSize: blockSize,
      notes: devices > 1 ? [`one of ${devices} devices`] : [],
      ...membersOf(block, index, devices),
    };
  },
};

/** What the fields after the fixed part say of all devices and this one. */
function membersOf(block: Buffer, index: number, devices: number): Partial<Content> {
  const fields = fieldsOf(block);
  const members = fields.get(kinds.membersNew) ?? fields.get(kinds.members);
  if (members === undefined) return {};
  const isNew = fields.has(kinds.membersNew);
  const [first, length] = isNew ? [16, members.readUInt16LE(8)] : [8, 56];
  if (length < 56 || first + length * devices > members.length) return {};
  let sectors = 0;
  for (let device = 0; device < devices; device += 1) {
    const at = first + device * length;
    sectors += littleEndian64(members, at + 16) * members.readUInt16LE(at + 26);
  }
  const own = first + index * length;
  return {
    size: product(sectors, 512),
    memberUuid: uuidAt(members, own),
    memberLabel: labelOf(fields.get(kinds.groups), (members.readUInt32LE(own + 40) >>> 20) & 0xff),
  };
}

function fieldsOf(block: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = fieldsAt; at + 8 <= block.length; ) {
    const length = block.readUInt32LE(at) * 8;
    if (length < 8 || at + length > block.length) break;
    fields.set(block.readUInt32LE(at + 4), block.subarray(at, at + length));
    at += length;
  }
  return fields;
}

/** Gives the path of a device's group (counted from 1), its parents first. */
function labelOf(groups: Buffer | undefined, group: number): string | undefined {
  const names: string[] = [];
  if (groups === undefined) return undefined;
  for (let next = group; next > 0 && names.length < mostGroups; ) {
    const at = 8 + (next - 1) * 48;
    if (at + 48 > groups.length) break;
    names.unshift(textAt(groups, at, 32) ?? '');
    next = Math.floor(littleEndian64(groups, at + 32) / 2 ** 6) & 0x3ffff;
  }
  return names.length === 0 ? undefined : names.join('.');
}
